"""Muon for the weight matrices inside the blocks, AdamW for everything else: half the steps of AdamW alone."""
import torch
import torch.distributed as dist


def optimizers(named, lr, weight_decay=0.03):
    named = [(n, p) for n, p in named if p.requires_grad]
    inner = [p for n, p in named if p.ndim == 2 and '.layer' in n]
    rest = [p for n, p in named if p.ndim != 2 or '.layer' not in n]
    return [torch.optim.Muon(inner, lr=lr, weight_decay=weight_decay, adjust_lr_fn='match_rms_adamw'),
            torch.optim.AdamW(rest, lr=lr, weight_decay=weight_decay, betas=(0.9, 0.98))]


def set_rate(opt, lr):
    for group in (g for o in opt for g in o.param_groups):
        group['lr'] = lr


def descend(opt, loss, longest=1.0):
    """One step against the loss, its gradient averaged over the processes and clipped to a length."""
    for o in opt:
        o.zero_grad(set_to_none=False)
    loss.backward()
    params = [p for o in opt for g in o.param_groups for p in g['params']]
    if dist.is_initialized():
        flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in params])
        dist.all_reduce(flat)
        for p, grad in zip(params, (flat / dist.get_world_size()).split([p.numel() for p in params])):
            p.grad = grad.view_as(p)
    torch.nn.utils.clip_grad_norm_(params, longest)
    for o in opt:
        o.step()
