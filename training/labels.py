"""A phantom's findings as numbers: what the vision stage and the auxiliary heads are trained to say."""
import numpy as np

BOX_KEYS = ['cardiomegaly', 'effusion-left', 'effusion-right', 'opacity', 'pneumothorax', 'atelectasis-left',
            'atelectasis-right', 'nodule', 'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line',
            'chest-tube', 'sternotomy-wires']
SIDES, ZONES = ('left', 'right'), ('upper', 'mid', 'lower')


def label_items(f):
    """(name, value, visible on a lateral film) for every label of a film's findings."""
    grades = [('cardiomegaly', f['cardiomegaly'], True), ('effusion-left', f['effusion']['left'], False),
              ('effusion-right', f['effusion']['right'], False), ('edema', f['edema'], True)]
    ptx = f['pneumothorax']
    grades += [(f'pneumothorax-{s}', ptx['size'] if ptx and ptx['side'] == s else 0, False) for s in SIDES]
    for name, grade, lateral in grades:
        for g in (1, 2, 3):
            yield f'{name}>={g}', float(grade >= g), lateral
    o, n = f['opacity'], f['nodule']
    yield 'opacity', float(o is not None), False
    yield 'consolidation', float(o is not None and o['kind'] == 'consolidation'), False
    yield 'nodule', float(n is not None), False
    for s in SIDES:
        for z in ZONES:
            yield f'opacity-{s}-{z}', float(o is not None and (o['side'], o['zone']) == (s, z)), False
            yield f'nodule-{s}-{z}', float(n is not None and (n['side'], n['zone']) == (s, z)), False
    for s in SIDES:
        yield f'atelectasis-{s}', float(f['atelectasis'] in (s, 'bilateral')), False
        yield f'central-line-{s}', float(f['centralLine'] == s), False
        yield f'chest-tube-{s}', float(f['chestTube'] == s), False
    for name, key in (('low-volumes', 'lowVolumes'), ('pacemaker', 'pacemaker'), ('endotracheal-tube', 'endotrachealTube'),
                      ('enteric-tube', 'entericTube'), ('sternotomy-wires', 'sternotomyWires')):
        yield name, float(f[key]), True


def labels(f):
    return np.array([v for _, v, _ in label_items(f)], np.float32)


EMPTY = dict(cardiomegaly=0, effusion=dict(left=0, right=0), opacity=None, edema=0, pneumothorax=None, atelectasis=None,
             nodule=None, lowVolumes=False, pacemaker=False, endotrachealTube=False, entericTube=False,
             centralLine=None, chestTube=None, sternotomyWires=False)
NAMES = [n for n, _, _ in label_items(EMPTY)]
ON_LATERAL = np.array([v for _, _, v in label_items(EMPTY)], bool)


def boxes(b):
    """Box dictionary -> [14, 4] corners and [14] presence."""
    out, there = np.zeros((len(BOX_KEYS), 4), np.float32), np.zeros(len(BOX_KEYS), np.float32)
    for i, k in enumerate(BOX_KEYS):
        if k in b:
            out[i] = [b[k]['xMin'], b[k]['yMin'], b[k]['xMax'], b[k]['yMax']]
            there[i] = 1
    return out, there
