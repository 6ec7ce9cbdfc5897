"""Makes the embedded model's tokenizer: a small vocabulary in the layout of MAIRA-2's (LLaMA's) tokenizer.

    python training/tokenizer.py CORPUS.txt OUT_DIR --size 1000

CORPUS.txt holds one text a line: report sentences and prompts. Grounding and image tokens in it are left out of the
training. OUT_DIR receives tokenizer.json, tokenizer_config.json, special_tokens_map.json and added_tokens.json.

Vocabulary, in order: `<unk>` 0, `<s>` 1, `</s>` 2, the 256 bytes 3..258, merged pieces in merge order, single
characters, then the 207 tokens that MAIRA-2 adds. `--size` bounds everything before those 207. Every word that occurs
at least `--whole` times becomes one piece (`▁word`); what room is left goes to the pieces of rarer words.

The saved tokenizer has no pre-tokenizer, as LLaMA's has none, so nothing but the merges keeps words apart: they are
learned inside words only (a word starts at a space, digits and punctuation stand alone), hence none crosses a border.

How training and the host write a sequence: ids(prompt, with BOS) + ids(completion, no BOS) + `</s>`. The prompt ends
in a space and the completion's first piece carries its own (`▁The`), so a decoded completion starts with one space.
Text after an added token gets its space from the normalizer, so write `<obj>Small effusion.<box>...` (decoded:
`<obj> Small effusion.<box>...`); a typed space there would cost one more token.
"""
import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

SPACE = '▁'
CONTROL_TOKENS = ['<unk>', '<s>', '</s>']
BYTE_TOKENS = [f'<0x{byte:02X}>' for byte in range(256)]
GROUNDING_TOKENS = [
    '<obj>', '</obj>', *(f'<x{bin}>' for bin in range(100)), *(f'<y{bin}>' for bin in range(100)), '<box>', '</box>',
]
IMAGE_TOKENS = ['<image>', '<prev_im>', '<lat_image>']
ADDED_TOKENS = GROUNDING_TOKENS + IMAGE_TOKENS

CHAT_TEMPLATE = (
    "{{ 'You are an expert radiology assistant tasked with interpreting a chest X-ray study.  ' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ 'USER:  ' }}{% else %}{{ 'ASSISTANT: ' }}{% endif %}"
    "{% for item in message['content'] %}"
    "{% if item['type'] == 'text' %}{{ item['text'] }}{% elif item['type'] == 'image' %}{{ '<image>' }}{% endif %}"
    "{% endfor %}"
    "{% if message['role'] == 'user' %}{{ '  ' }}{% else %}{{ '</s>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT: ' }}{% endif %}"
)


def word_splitter():
    """Words of a text: a space opens a word, each digit and each punctuation mark is a word of its own."""
    return pre_tokenizers.Sequence([
        pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme='always'),
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.Punctuation(behavior='isolated'),
    ])


def count_words(lines):
    """Words of the corpus with their counts, added tokens taken out (each ends a text, as it does when encoding)."""
    marker = re.compile('|'.join(re.escape(token) for token in ADDED_TOKENS + CONTROL_TOKENS))
    splitter = word_splitter()
    counts = Counter()
    for line in lines:
        for segment in marker.split(line.rstrip('\n')):
            if segment:
                counts.update(word for word, _ in splitter.pre_tokenize_str(segment))
    return counts


def learn_merges(words, merges, room):
    """BPE training on weighted words, continuing after `merges`, until the merged pieces fill `room` (None: to the end).

    The heaviest pair merges first, the alphabetically first of equals, so the same corpus gives the same vocabulary.
    """
    ranks = {merge: rank for rank, merge in enumerate(merges)}
    merges = list(merges)
    known = {left + right for left, right in merges}
    split = [(pieces_of(word, ranks), weight) for word, weight in sorted(words.items())]
    while room is None or len(known) < room:
        pairs = Counter()
        for pieces, weight in split:
            for pair in zip(pieces, pieces[1:]):
                pairs[pair] += weight
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        known.add(best[0] + best[1])
        split = [(join(pieces, best), weight) for pieces, weight in split if len(pieces) > 1]
    return merges


def join(pieces, pair):
    """The pieces with each occurrence of the pair made one, from the left."""
    joined = []
    for piece in pieces:
        if joined and (joined[-1], piece) == pair:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def pieces_of(word, ranks):
    """BPE of one word: the earliest learned merge first, the leftmost of equals."""
    pieces = list(word)
    while len(pieces) > 1:
        rank, at = min((ranks.get(pair, len(ranks)), i) for i, pair in enumerate(zip(pieces, pieces[1:])))
        if rank == len(ranks):
            break
        pieces[at:at + 2] = [pieces[at] + pieces[at + 1]]
    return pieces


def train_merges(counts, size, whole):
    """Merges that make every frequent word one piece, then merges of rarer words while there is room."""
    alphabet = sorted({character for word in counts for character in word})
    room = size - len(CONTROL_TOKENS) - len(BYTE_TOKENS) - len(alphabet)
    # Each frequent word counts once: shared stems and endings win, and no word waits behind a commoner one.
    frequent = {word: 1 for word, count in counts.items() if count >= whole}
    merges = learn_merges(frequent, [], None)
    needed = size - room + len({left + right for left, right in merges})
    if needed > size:
        sys.exit(f'{len(frequent)} words occur at least {whole} times and need --size {needed}; --size is {size}.')
    merges = learn_merges(counts, merges, room)
    # Later merges rank after all that build a frequent word, so they cannot break one; make sure all the same.
    ranks = {merge: rank for rank, merge in enumerate(merges)}
    broken = [word for word in frequent if len(pieces_of(word, ranks)) > 1]
    if broken:
        sys.exit(f'These words did not become one piece: {broken[:20]}')
    return alphabet, merges, len(frequent)


def build(alphabet, merges):
    """The tokenizer in LLaMA's layout."""
    pieces = dict.fromkeys(CONTROL_TOKENS + BYTE_TOKENS)
    pieces.update(dict.fromkeys(left + right for left, right in merges))
    pieces.update(dict.fromkeys(alphabet))
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token='<unk>', fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(' ', SPACE)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single='<s> $A', pair='<s> $A <s>:1 $B:1', special_tokens=[('<s>', 1)],
    )
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace(SPACE, ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0),
    ])
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in CONTROL_TOKENS])
    for token in ADDED_TOKENS:
        # Grounding tokens stay in decoded text (the output parser reads them), so they are not special.
        added = AddedToken(token, normalized=False, special=token in IMAGE_TOKENS)
        (tokenizer.add_special_tokens if token in IMAGE_TOKENS else tokenizer.add_tokens)([added])
    return tokenizer


def write_folder(tokenizer, folder):
    """The four files of a Hugging Face tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / 'tokenizer.json'))
    flags = {token['id']: token for token in json.loads(tokenizer.to_str())['added_tokens']}
    write_json(folder / 'tokenizer_config.json', {
        'add_bos_token': True,
        'add_eos_token': False,
        'added_tokens_decoder': {
            str(index): {key: value for key, value in token.items() if key != 'id'} for index, token in flags.items()
        },
        'bos_token': '<s>',
        'chat_template': CHAT_TEMPLATE,
        'clean_up_tokenization_spaces': False,
        'eos_token': '</s>',
        'legacy': True,
        'model_max_length': 6144,
        'pad_token': '<unk>',
        'padding_side': 'left',
        # LlamaTokenizer would rebuild normalizer and pre-tokenizer by its own rules from transformers 5 on.
        'tokenizer_class': 'PreTrainedTokenizerFast',
        'unk_token': '<unk>',
    })
    write_json(folder / 'special_tokens_map.json', {
        'bos_token': '<s>', 'eos_token': '</s>', 'pad_token': '<unk>', 'unk_token': '<unk>',
    })
    write_json(folder / 'added_tokens.json', {token: tokenizer.token_to_id(token) for token in ADDED_TOKENS})


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description='Train the embedded model\'s tokenizer.')
    parser.add_argument('corpus', type=Path, help='text file, one report sentence or prompt a line')
    parser.add_argument('out', type=Path, help='folder to write')
    parser.add_argument('--size', type=int, default=1000, help='most entries before the 207 added tokens')
    parser.add_argument('--whole', type=int, default=3, help='words this frequent become one piece')
    arguments = parser.parse_args()

    with arguments.corpus.open(encoding='utf-8') as lines:
        counts = count_words(lines)
    alphabet, merges, whole_words = train_merges(counts, arguments.size, arguments.whole)
    tokenizer = build(alphabet, merges)
    write_folder(tokenizer, arguments.out)
    size = tokenizer.get_vocab_size()
    print(f'{len(counts)} words, {whole_words} of them whole pieces; {len(merges)} merges, {len(alphabet)} characters')
    print(f'vocabulary {size} = {size - len(ADDED_TOKENS)} + {len(ADDED_TOKENS)} added; '
          f'<image> is {tokenizer.token_to_id("<image>")}')


if __name__ == '__main__':
    main()
