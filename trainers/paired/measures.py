"""stub"""

import numpy as np


def measures_of_pairs(outputs, truths, inputs, mean):
    """Stub."""
    l1 = float(np.abs(outputs - truths).mean())
    mse = float(((outputs - truths) ** 2).mean())
    return {
        "samples": len(outputs),
        "l1": l1,
        "psnr": float(10 * np.log10(4 / max(mse, 1e-12))),
        "ssim": 0.0,
    }
