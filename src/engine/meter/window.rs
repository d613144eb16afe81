//! Sums over the last values.

use crate::units::count;

/// The last `N` values and their mean. Values before the first count as 0.
#[derive(Clone, Debug)]
pub(super) struct Ring<const N: usize> {
    values: Box<[f64; N]>,
    at: usize,
}

impl<const N: usize> Ring<N> {
    pub(super) fn new() -> Self {
        Self { values: Box::new([0.0; N]), at: 0 }
    }

    pub(super) fn reset(&mut self) {
        self.values.fill(0.0);
        self.at = 0;
    }

    pub(super) fn push(&mut self, value: f64) {
        if let Some(place) = self.values.get_mut(self.at) {
            *place = value;
        }
        self.at = (self.at + 1) % N;
    }

    /// Sums anew each time: what has left the window leaves no rounding error behind. Four partial sums, so that additions
    /// need not wait for each other.
    pub(super) fn mean(&self) -> f64 {
        let (fours, rest) = self.values.as_chunks::<4>();
        let mut sums = [0.0; 4];
        for four in fours {
            for (sum, value) in sums.iter_mut().zip(four) {
                *sum += value;
            }
        }
        (sums.iter().sum::<f64>() + rest.iter().sum::<f64>()) / count(N)
    }

    /// The greatest value.
    pub(super) fn max(&self) -> f64 {
        self.values.iter().copied().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_last_values_only() {
        let mut ring = Ring::<7>::new();
        (1..=10).for_each(|n| ring.push(f64::from(n)));
        assert_eq!(ring.mean(), f64::from(4 + 5 + 6 + 7 + 8 + 9 + 10) / 7.0);
        assert_eq!(ring.max(), 10.0);
        (0..7).for_each(|_| ring.push(0.0));
        assert_eq!((ring.mean(), ring.max()), (0.0, 0.0));
    }
}
