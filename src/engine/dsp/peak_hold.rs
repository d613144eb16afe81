//! The greatest of the last so many values.

/// Sliding maximum: `y[n] = max(x[first], ..., x[n])`, where `first` is `n - window + 1`, moved on once every
/// [`STRIDE`](Self::STRIDE) values and rounded down to a multiple of it: the hold lasts at least `window` values, at most six more.
///
/// Values are taken together in groups of a stride; a queue holds the groups that may still become the maximum, in falling
/// order. Each enters and leaves once, so the cost is constant on average, and one call never takes more than
/// `window / STRIDE + 1` steps. Source: Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element",
/// Nordic Journal of Computing 13(4) 2006.
///
/// The window may change from call to call. A shorter one applies within a stride; a longer one grows into place, since
/// what has left the window is forgotten. Before the first value there is nothing: the past never counts.
#[derive(Clone, Debug, Default)]
pub struct PeakHold {
    /// (maximum of a group, number of its first value), a ring; its length is a power of two.
    ring: Vec<(f64, usize)>,
    head: usize,
    len: usize,
    /// Number of the next value.
    now: usize,
    /// Maximum of the group that is still growing.
    growing: f64,
}

impl PeakHold {
    /// Values in a group.
    pub const STRIDE: usize = 4;

    /// Makes room for windows of up to `longest` values and forgets the past. Allocates.
    pub fn resize(&mut self, longest: usize) {
        self.ring.clear();
        self.ring.resize((longest / Self::STRIDE + 2).next_power_of_two(), (0.0, 0));
        self.reset();
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.head = 0;
        self.len = 0;
        self.now = 0;
        self.growing = f64::NEG_INFINITY;
    }

    /// Takes over the past of another hold with as much room. Never allocates.
    pub fn copy_from(&mut self, other: &Self) {
        self.ring.copy_from_slice(&other.ring);
        (self.head, self.len, self.now, self.growing) = (other.head, other.len, other.now, other.growing);
    }

    /// Takes the newest value, returns the greatest of the last `window`, which must fit the room made for it.
    #[inline]
    pub fn push(&mut self, x: f64, window: usize) -> f64 {
        self.growing = if x > self.growing { x } else { self.growing };
        let now = self.now;
        self.now += 1;
        if now.is_multiple_of(Self::STRIDE) {
            self.expire(now, window);
        }
        let held = self.front().map_or(f64::NEG_INFINITY, |(peak, _)| peak);
        let peak = if held > self.growing { held } else { self.growing };
        if self.now.is_multiple_of(Self::STRIDE) {
            self.enter(now + 1 - Self::STRIDE);
        }
        peak
    }

    fn front(&self) -> Option<(f64, usize)> {
        let mask = self.ring.len().wrapping_sub(1);
        if self.len == 0 { None } else { self.ring.get(self.head & mask).copied() }
    }

    /// Drops the groups that no value of the coming stride's windows lies in.
    fn expire(&mut self, now: usize, window: usize) {
        let first = (now + 1).saturating_sub(window) / Self::STRIDE * Self::STRIDE;
        while self.front().is_some_and(|(_, start)| start < first) {
            self.head = self.head.wrapping_add(1);
            self.len -= 1;
        }
    }

    /// Puts the finished group into the queue; the smaller ones before it can never become the maximum again.
    fn enter(&mut self, start: usize) {
        let mask = self.ring.len().wrapping_sub(1);
        let group = (std::mem::replace(&mut self.growing, f64::NEG_INFINITY), start);
        let last = |len: usize| self.head.wrapping_add(len).wrapping_sub(1) & mask;
        let mut len = self.len;
        while len > 0 && self.ring.get(last(len)).is_some_and(|(peak, _)| *peak <= group.0) {
            len -= 1;
        }
        if let Some(slot) = self.ring.get_mut(self.head.wrapping_add(len) & mask) {
            *slot = group;
            self.len = len + 1;
        }
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
        for window in [1, 2, 3, 4, 5, 7, 64, 100] {
            let signal = noise(u64::try_from(window).unwrap(), 2_000);
            let mut hold = PeakHold::default();
            hold.resize(window);
            for n in 0..signal.len() {
                // the window moves on once a stride
                let turn = n / PeakHold::STRIDE * PeakHold::STRIDE;
                let first = (turn + 1).saturating_sub(window) / PeakHold::STRIDE * PeakHold::STRIDE;
                let naive = signal[first..=n].iter().fold(f64::NEG_INFINITY, |peak, x| peak.max(*x));
                assert_eq!(hold.push(signal[n], window), naive, "window {window}, sample {n}");
            }
        }
    }

    #[test]
    fn a_moving_window_holds_at_least_the_shortest_and_little_longer_than_the_longest() {
        let signal = noise(5, 5_000);
        let windows = noise(6, 5_000);
        let mut hold = PeakHold::default();
        hold.resize(31);
        for n in 0..signal.len() {
            let window = 16 + crate::units::whole(windows[n / 50]);
            let peak = hold.push(signal[n], window);
            let over = |length: usize| {
                signal[(n + 1).saturating_sub(length)..=n].iter().fold(0.0_f64, |peak, x| peak.max(*x))
            };
            assert!(peak >= over(16) && peak <= over(31 + 6), "sample {n}");
        }
    }

    #[test]
    fn reset_forgets() {
        let mut hold = PeakHold::default();
        hold.resize(10);
        hold.push(9.0, 10);
        hold.reset();
        assert_eq!(hold.push(1.0, 10), 1.0);
    }
}
