//! The greatest of the last so many values.

/// Sliding maximum: `y[n] = max(x[n - window + 1], ..., x[n])`.
///
/// A queue of the candidates that may still become the maximum, in falling order; each value enters and leaves once, so
/// the cost is constant on average, and one call never takes more than `window` steps. Source: Lemire, "Streaming
/// maximum-minimum filter using no more than three comparisons per element", Nordic Journal of Computing 13(4) 2006.
///
/// The window may change from call to call. A shorter one applies at once; a longer one grows into place, since what
/// has left the window is forgotten. Before the first value the past counts as `rest`.
#[derive(Clone, Debug)]
pub struct PeakHold {
    /// (value, number of its sample), a ring; its length is a power of two.
    ring: Vec<(f64, usize)>,
    head: usize,
    len: usize,
    now: usize,
    rest: f64,
}

impl PeakHold {
    /// A hold that rests at `rest` and has no room yet.
    pub fn new(rest: f64) -> Self {
        Self { ring: Vec::new(), head: 0, len: 0, now: 0, rest }
    }

    /// Makes room for windows of up to `longest` samples and forgets the past. Allocates.
    pub fn resize(&mut self, longest: usize) {
        self.ring.clear();
        self.ring.resize(longest.max(1).next_power_of_two(), (0.0, 0));
        self.reset();
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.head = 0;
        self.len = 0;
        self.now = 0;
    }

    /// Takes the newest value, returns the greatest of the last `window`. A window longer than there is room for is cut.
    #[inline]
    pub fn push(&mut self, x: f64, window: usize) -> f64 {
        let Some(mask) = self.ring.len().checked_sub(1) else { return x };
        let window = window.clamp(1, self.ring.len());
        let now = self.now;
        self.now = now.wrapping_add(1);
        while self.len > 0 && now.wrapping_sub(self.ring[self.head & mask].1) >= window {
            self.head = self.head.wrapping_add(1);
            self.len -= 1;
        }
        while self.len > 0 && self.ring[self.head.wrapping_add(self.len - 1) & mask].0 <= x {
            self.len -= 1;
        }
        self.ring[self.head.wrapping_add(self.len) & mask] = (x, now);
        self.len += 1;
        let peak = self.ring[self.head & mask].0;
        if now < window - 1 { peak.max(self.rest) } else { peak }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small whole numbers, so that equal neighbours occur: a linear congruential generator (Knuth, MMIX).
    fn noise(seed: u64, n: usize) -> Vec<f64> {
        let mut state = seed;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                f64::from(u32::try_from(state >> 60).unwrap())
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_naive_maximum() {
        for window in [1, 2, 3, 7, 64, 100] {
            let signal = noise(u64::try_from(window).unwrap(), 2_000);
            let mut hold = PeakHold::new(3.0);
            hold.resize(window);
            for n in 0..signal.len() {
                let start = (n + 1).saturating_sub(window);
                let rest = if n + 1 < window { 3.0 } else { f64::NEG_INFINITY };
                let naive = signal[start..=n].iter().fold(rest, |peak, x| peak.max(*x));
                assert_eq!(hold.push(signal[n], window), naive, "window {window}, sample {n}");
            }
        }
    }

    #[test]
    fn a_moving_window_holds_at_least_the_shortest_and_at_most_the_longest() {
        let signal = noise(5, 5_000);
        let windows = noise(6, 5_000);
        let mut hold = PeakHold::new(0.0);
        hold.resize(31);
        for n in 0..signal.len() {
            let window = 16 + crate::units::whole(windows[n / 50]);
            let peak = hold.push(signal[n], window);
            let over = |length: usize| {
                signal[(n + 1).saturating_sub(length)..=n].iter().fold(0.0_f64, |peak, x| peak.max(*x))
            };
            assert!(peak >= over(16) && peak <= over(window), "sample {n}");
        }
    }

    #[test]
    fn reset_forgets() {
        let mut hold = PeakHold::new(0.0);
        hold.resize(10);
        hold.push(9.0, 10);
        hold.reset();
        assert_eq!(hold.push(1.0, 10), 1.0);
    }
}
