//! Greatest and least, fast: for finite numbers.

/// The larger of two numbers; the second if either is NaN. One instruction, where `f64::max` takes care of NaN with four.
#[inline(always)]
pub fn larger<T: PartialOrd>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

/// The smaller of two numbers; the second if either is NaN.
#[inline(always)]
pub fn smaller<T: PartialOrd>(a: T, b: T) -> T {
    if a < b { a } else { b }
}

/// The greatest of the samples' magnitudes and of `before`, which is 0 or more.
#[inline]
pub fn peak(before: f64, samples: &[f64]) -> f64 {
    fold(before, samples, |peak, x| larger(x.abs(), peak))
}

/// The least of the values and of `before`.
#[inline]
pub fn least(before: f64, values: &[f64]) -> f64 {
    fold(before, values, smaller)
}

/// Four accumulators, so that comparisons need not wait for each other.
#[inline(always)]
fn fold(before: f64, values: &[f64], step: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [before; 4];
    for four in values.chunks(4) {
        for (lane, x) in lanes.iter_mut().zip(four) {
            *lane = step(*lane, *x);
        }
    }
    lanes.into_iter().fold(before, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_extremes_wherever_they_stand() {
        for length in 0..13 {
            for place in 0..length {
                let mut values = vec![0.25; length];
                values[place] = -3.0;
                assert_eq!((peak(0.0, &values), peak(4.0, &values)), (3.0, 4.0), "{place} of {length}");
                assert_eq!((least(1.0, &values), least(-4.0, &values)), (-3.0, -4.0), "{place} of {length}");
            }
            assert_eq!((peak(0.5, &vec![0.25; length]), least(0.125, &vec![0.25; length])), (0.5, 0.125));
        }
        assert_eq!(
            (larger(1.0, 2.0), larger(2.0_f32, 1.0), smaller(1.0, 2.0), smaller(2.0, 1.0)),
            (2.0, 2.0, 1.0, 1.0)
        );
    }
}
