"""What pydicom makes of the films in tests/golden/dicom: an independent reading of headers, pixels and grey scale.

    python training/oracle/dicom.py tests/golden/dicom

Writes expected.json into the folder. Needs pydicom 3 and numpy. The displayed grey is the VOI output over its range
(PS3.3 C.11.2), inverted for MONOCHROME1, in 8 bits.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pydicom
from pydicom.pixels import apply_modality_lut, apply_voi_lut


def voi_range(ds, modality):
    """The output range of apply_voi_lut, as its documentation states it."""
    if "VOILUTSequence" in ds:
        return 0.0, 2.0 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1
    if "ModalityLUTSequence" in ds:
        return 0.0, 2.0 ** ds.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    signed = ds.PixelRepresentation == 1
    low = -(2 ** (ds.BitsStored - 1)) if signed else 0
    high = 2 ** (ds.BitsStored - 1) - 1 if signed else 2**ds.BitsStored - 1
    slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
    return low * slope + intercept, high * slope + intercept


def displayed(ds):
    modality = apply_modality_lut(ds.pixel_array, ds)
    voi = apply_voi_lut(modality, ds, prefer_lut=True).astype(np.float64)
    low, high = voi_range(ds, modality)
    grey = np.clip((voi - low) / (high - low), 0, 1)
    if ds.PhotometricInterpretation == "MONOCHROME1":
        grey = 1 - grey
    return np.rint(255 * grey).astype(np.uint8)


def describe(path):
    ds = pydicom.dcmread(path)
    stored = ds.pixel_array.astype("<i4")
    return {
        "transferSyntaxUid": str(ds.file_meta.TransferSyntaxUID),
        "sopInstanceUid": str(ds.SOPInstanceUID),
        "patientName": str(ds.PatientName),
        "elements": len(ds),
        "storedSha256": hashlib.sha256(stored.tobytes()).hexdigest(),
        "displayed": displayed(ds).flatten().tolist(),
    }


folder = Path(sys.argv[1])
films = {path.stem: describe(path) for path in sorted(folder.glob("*.dcm"))}
(folder / "expected.json").write_text(json.dumps(films, separators=(",", ":")) + "\n")
print(f"{len(films)} films described")
