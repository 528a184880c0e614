"""亚像元配准 how far one image lies off another: the peak of their cross-correlation, to a fraction of a pixel.

Source: Guizar-Sicairos et al. 2008, "Efficient subpixel image registration algorithms", Optics Letters 33: the peak to
a whole pixel by FFT, then the correlation at parts of a pixel around it by a matrix product with the same spectrum. The
images are real, so half the spectrum carries everything; the parts are looked at in two rounds, coarse and fine.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

QUARTER, TWENTIETH = 4, 20
"""steps a pixel of the two rounds; each looks three of its steps far."""
REACH = 3
LARGE_PX = 64


def best_shift(images: NDArray[np.float32]) -> tuple[float, float]:
    """亚像元位移 rows and columns by which the second image has to be moved to lie on the first, in 1/20 pixel.

    Parameters
    ----------
    images : ndarray of float32, shape (2, rows, columns)
        Two images of mean zero.
    """
    rows, columns = (_padded(side) for side in images.shape[1:])
    spectra = fft.rfft2(images, s=(rows, columns))
    product = spectra[0] * spectra[1].conj()
    correlation = fft.irfft2(product, s=(rows, columns))
    peak = divmod(int(correlation.argmax()), columns)
    at = [
        float(place if place <= side // 2 else place - side) for place, side in zip(peak, (rows, columns), strict=True)
    ]
    for steps in (QUARTER, TWENTIETH):
        down, right = _wave(rows, at[0], steps, half=False), _wave(columns, at[1], steps, half=True)
        best = divmod(int((down @ product @ right.T).real.argmax()), 2 * REACH + 1)
        at = [round(place + (found - REACH) / steps, 9) for place, found in zip(at, best, strict=True)]
    return at[0], at[1]


def _padded(side: int) -> int:
    """A side whose transform is quick; a small window is left as it is, since its frame would weigh."""
    return fft.next_fast_len(side, real=True) if side >= LARGE_PX else side


@lru_cache(maxsize=4096)
def _wave(side: int, near: float, steps: int, *, half: bool) -> NDArray[np.complex64]:
    """Inverse Fourier transform at parts of a pixel around a place, shape (places, frequencies)."""
    places = near + np.arange(-REACH, REACH + 1) / steps
    frequencies = fft.rfftfreq(side) if half else fft.fftfreq(side)
    waves = np.exp(2j * np.pi * places[:, None] * frequencies)
    if half:
        waves[:, 1 : (side + 1) // 2] *= 2
    found: NDArray[np.complex64] = waves.astype(np.complex64)
    return found
