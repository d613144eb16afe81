//! Symmetric FIR filters in 32 bits, for detectors.

/// An even number of symmetric taps: `y[n] = sum taps[k] (x[n + k] + x[n + 2 PAIRS - 1 - k])`, k = 0..PAIRS.
///
/// Linear phase with its centre half-way between two samples: what a half-sample interpolator needs. The outputs are
/// computed side by side, so that vector registers fill without shuffles and no sum waits for another; every output
/// adds its products in the same order, however the signal is cut into blocks. The outermost taps come first: small terms add up
/// before large ones.
///
/// `x` holds `2 PAIRS - 1` samples of history, then as many as there are outputs.
#[inline(always)]
pub fn symmetric<const PAIRS: usize>(taps: &[f32; PAIRS], x: &[f32], y: &mut [f32]) {
    let mut done = 0;
    for y in y.chunks_exact_mut(WIDE) {
        side_by_side::<PAIRS, WIDE>(taps, &x[done..], y);
        done += WIDE;
    }
    let rest = y.len() - done;
    let y = &mut y[done..];
    for (n, y) in y[..rest / NARROW * NARROW].chunks_exact_mut(NARROW).enumerate() {
        side_by_side::<PAIRS, NARROW>(taps, &x[done + n * NARROW..], y);
    }
    for n in rest / NARROW * NARROW..rest {
        side_by_side::<PAIRS, 1>(taps, &x[done + n..], &mut y[n..=n]);
    }
}

/// Outputs computed together: eight registers of four.
const WIDE: usize = 32;
/// The same for the end of a block.
const NARROW: usize = 4;

#[inline(always)]
fn side_by_side<const PAIRS: usize, const WIDTH: usize>(taps: &[f32; PAIRS], x: &[f32], y: &mut [f32]) {
    let mut sums = [0.0_f32; WIDTH];
    let x = &x[..2 * PAIRS - 1 + WIDTH];
    for (k, tap) in taps.iter().enumerate() {
        let early = &x[k..k + WIDTH];
        let late = &x[2 * PAIRS - 1 - k..2 * PAIRS - 1 - k + WIDTH];
        for n in 0..WIDTH {
            sums[n] += tap * (early[n] + late[n]);
        }
    }
    y.copy_from_slice(&sums);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_sum_and_with_itself_in_pieces() {
        let taps: [f32; 5] = [0.5, -0.25, 1.0, 2.0, -3.0];
        let x: Vec<f32> = (0..120_u8).map(|n| f32::from(n.wrapping_mul(97) % 31) - 15.0).collect();
        let naive = |n: usize| (0..5).map(|k| taps[k] * (x[n + k] + x[n + 9 - k])).sum::<f32>();
        let mut whole = vec![0.0; 111];
        symmetric(&taps, &x, &mut whole);
        for (n, y) in whole.iter().enumerate() {
            assert_eq!(*y, naive(n), "output {n}");
        }
        let mut pieces = vec![0.0; 111];
        let mut at = 0;
        for length in [1, 3, 4, 5, 31, 33, 34] {
            symmetric(&taps, &x[at..at + 9 + length], &mut pieces[at..at + length]);
            at += length;
        }
        assert_eq!(pieces, whole);
    }
}
