//! A change that cannot be ramped, heard as a cross-fade.

use super::Ramp;

/// Exchanges one state of a processor for another without a click.
///
/// A state `T` is whatever a processor cannot move smoothly: on or off, a filter's kind, a number of bands, a curve. The switch decides
/// when the processor takes over a new state, and gives the [`next`](Self::next) weight of the cross-fade
///
/// `output = dry + weight (wet - dry)`
///
/// There are two ways to change, and one processor uses one of them:
///
/// - [`set`](Self::set) goes **through the dry signal**: fades out, exchanges the state, warms up unheard, fades in. It needs one
///   processor, and turns round at once when the old state is wanted again. `None` stays at the dry signal.
/// - [`cross`](Self::cross) goes **straight across**: [`from`](Self::from) takes the place of the dry signal and
///   [`state`](Self::state) that of the wet one; both run until the fade has ended. A further change waits for that.
///
/// Fades are linear and take [`Ramp::TIME_MS`]: both sides carry the same programme in phase, and an equal-power fade would lift it by
/// 3 dB halfway. Before the first frame after construction or [`land`](Self::land) a change lands at once: nothing has
/// been heard yet that could click.
///
/// ```
/// use garnish_engine::dsp::{Switch, mix};
///
/// let mut gain_two = Switch::new(2.0); // not in force yet: the input passes
/// gain_two.prepare(48_000.0);
/// let mut process = |wanted: Option<f64>, x: f64| {
///     if gain_two.set(wanted, 0) {
///         // here a filter would be cleared, before it runs with `gain_two.state()`
///     }
///     let weight = gain_two.next();
///     mix(x, gain_two.state() * x, weight)
/// };
/// assert_eq!(process(Some(2.0), 1.0), 2.0); // the first frame: at once
/// assert!(process(None, 1.0) > 1.99); // later: over 20 ms
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Switch<T> {
    from: T,
    state: T,
    weight: Ramp,
    warming: usize,
}

impl<T: Copy + PartialEq> Switch<T> {
    /// A switch that rests at the dry signal; `state` is the one that would run.
    pub fn new(state: T) -> Self {
        Self { from: state, state, weight: Ramp::new(0.0), warming: 0 }
    }

    /// Sets the length of the fades for this rate in Hz, and ends one that is under way; [`land`](Self::land) must follow.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.weight.prepare(sample_rate_hz);
        self.warming = 0;
    }

    /// Goes to a state, or with `None` to the dry signal, at once. The next change lands at once, too.
    pub fn land(&mut self, wanted: Option<T>) {
        if let Some(state) = wanted {
            (self.from, self.state) = (state, state);
        }
        self.warming = 0;
        self.weight.set(if wanted.is_some() { 1.0 } else { 0.0 });
        self.weight.land();
    }

    /// Heads for a state, or with `None` for the dry signal, through the dry signal.
    ///
    /// Returns true when [`state`](Self::state) is taken over from rest: the processor must clear its memory now. It then runs unheard for
    /// `warm_up` samples before it is faded in. A state that is wanted while another is still heard has to be asked for again, so call this
    /// whenever the processor can exchange its state: on a grid, or once per block.
    pub fn set(&mut self, wanted: Option<T>, warm_up: usize) -> bool {
        if self.weight.is_fresh() {
            self.land(wanted);
            return false;
        }
        let Some(wanted) = wanted else {
            self.warming = 0;
            self.weight.set(0.0);
            return false;
        };
        if wanted == self.state && self.runs() {
            if self.warming == 0 {
                self.weight.set(1.0);
            }
            return false;
        }
        if self.is_heard() {
            self.weight.set(0.0);
            return false;
        }
        self.state = wanted;
        self.warm_up(warm_up);
        true
    }

    /// Heads for a state straight from the present one, which stays available as [`from`](Self::from).
    ///
    /// Returns true when the change begins: the processor of the new state must clear its memory now. It runs unheard for `warm_up`
    /// samples before the fade. While an earlier change is under way nothing happens: ask again.
    pub fn cross(&mut self, wanted: T, warm_up: usize) -> bool {
        if self.weight.is_fresh() {
            self.land(Some(wanted));
            return false;
        }
        if self.warming > 0 || self.weight.is_moving() || wanted == self.state {
            return false;
        }
        (self.from, self.state) = (self.state, wanted);
        self.fall();
        self.warm_up(warm_up);
        true
    }

    /// Falls to the dry signal at once and warms up again, for a processor that had to be cleared. A state that was being left is left.
    pub fn restart(&mut self, warm_up: usize) {
        let wanted = self.warming > 0 || self.weight.target() == 1.0;
        self.fall();
        self.warming = 0;
        if wanted {
            self.warm_up(warm_up);
        }
    }

    /// The weight of the wet signal for the next sample, 0 to 1.
    #[expect(clippy::should_implement_trait, reason = "it never ends, so it is no iterator")]
    #[inline]
    pub fn next(&mut self) -> f64 {
        if self.warming > 0 {
            self.warming -= 1;
            let weight = self.weight.next();
            if self.warming == 0 {
                self.weight.set(1.0);
            }
            return weight;
        }
        self.weight.next()
    }

    /// Ends the time in which changes land at once, for a processor that skips [`next`](Self::next) while the switch is at rest.
    pub fn begin(&mut self) {
        if self.weight.is_fresh() {
            self.weight.next();
        }
    }

    /// The state in force: the one whose output is the wet signal.
    pub fn state(&self) -> T {
        self.state
    }

    /// The state that [`cross`](Self::cross) leaves: the one whose output takes the place of the dry signal.
    pub fn from(&self) -> T {
        self.from
    }

    /// True while the state's processor must run: it is heard, or warms up to be.
    pub fn runs(&self) -> bool {
        self.warming > 0 || self.is_heard()
    }

    /// True while the output is not the dry signal alone.
    pub fn is_heard(&self) -> bool {
        self.weight.is_moving() || self.weight.value() != 0.0
    }

    /// True while the output is the wet signal alone.
    pub fn is_wet(&self) -> bool {
        !self.is_moving() && self.weight.value() == 1.0
    }

    /// True during a fade or a warm-up.
    pub fn is_moving(&self) -> bool {
        self.warming > 0 || self.weight.is_moving()
    }

    /// Samples until the fade under way ends, warm-up not counted; 0 at rest.
    pub fn samples_left(&self) -> usize {
        self.weight.samples_left()
    }

    fn fall(&mut self) {
        self.weight.set(0.0);
        self.weight.land();
        self.weight.next(); // what comes now fades
    }

    fn warm_up(&mut self, samples: usize) {
        self.warming = samples;
        if samples == 0 {
            self.weight.set(1.0);
        }
    }
}

/// The cross-fade `dry + weight (wet - dry)`, exact at both ends: the formula alone would round at a weight of 1.
#[inline]
pub fn mix(dry: f64, wet: f64, weight: f64) -> f64 {
    if weight == 1.0 { wet } else { dry + weight * (wet - dry) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: usize = 960;

    /// A switch whose first frame has been heard.
    fn running(wanted: Option<u8>) -> Switch<u8> {
        let mut switch = Switch::new(0);
        switch.prepare(48_000.0);
        switch.land(wanted);
        switch.next();
        switch
    }

    fn weights(switch: &mut Switch<u8>, frames: usize) -> Vec<f64> {
        (0..frames).map(|_| switch.next()).collect()
    }

    /// `n` of `LENGTH` steps.
    fn step(n: usize) -> f64 {
        crate::units::count(n) / crate::units::count(LENGTH)
    }

    #[track_caller]
    fn assert_rises(weights: &[f64], from: f64, to: f64) {
        for (n, weight) in weights.iter().enumerate() {
            assert!((weight - (from + (to - from) * step(n + 1))).abs() < 1e-12, "sample {n}: {weight}");
        }
    }

    #[test]
    fn before_the_first_frame_a_change_lands_at_once() {
        let mut switch = Switch::new(0);
        switch.prepare(48_000.0);
        assert!(!switch.set(Some(1), 100) && switch.is_wet() && switch.state() == 1);
        assert!(!switch.set(None, 100) && !switch.runs());
        assert!(!switch.cross(7, 100) && switch.is_wet() && switch.from() == 7);
        assert_eq!(switch.next(), 1.0);
        switch.set(None, 0);
        assert_eq!(switch.next(), 1.0 - step(1));
        switch.land(Some(3));
        switch.set(None, 0);
        assert_eq!(switch.next(), 0.0, "landing makes it new");
        switch.set(Some(3), 0);
        assert_eq!(switch.next(), step(1));
        let mut begun = Switch::new(0);
        begun.prepare(48_000.0);
        begun.begin();
        begun.set(Some(0), 0);
        assert_eq!(begun.next(), step(1));
    }

    #[test]
    fn switched_on_it_warms_up_then_fades() {
        for warm_up in [0, 1, 50] {
            let mut switch = running(None);
            assert!(switch.set(Some(0), warm_up), "its memory must be cleared");
            assert!(!switch.set(Some(0), warm_up), "once");
            assert!(switch.runs());
            let heard = weights(&mut switch, warm_up + LENGTH + 3);
            assert!(heard[..warm_up].iter().all(|weight| *weight == 0.0));
            assert_rises(&heard[warm_up..warm_up + LENGTH], 0.0, 1.0);
            assert!(heard[warm_up + LENGTH - 1..].iter().all(|weight| *weight == 1.0) && switch.is_wet());
        }
    }

    #[test]
    fn switched_off_it_runs_until_it_has_faded() {
        let mut switch = running(Some(0));
        switch.set(None, 0);
        let heard = weights(&mut switch, LENGTH - 1);
        assert_rises(&heard, 1.0, 0.0);
        assert!(switch.runs());
        assert_eq!(switch.next(), 0.0);
        assert!(!switch.runs());
        // what warms up is not heard yet: it stops at once
        assert!(switch.set(Some(0), 50));
        weights(&mut switch, 20);
        switch.set(None, 50);
        assert!(!switch.runs());
    }

    #[test]
    fn it_turns_round_from_where_it_is() {
        let mut switch = running(Some(0));
        switch.set(None, 9);
        let halfway = weights(&mut switch, LENGTH / 2)[LENGTH / 2 - 1];
        assert!(!switch.set(Some(0), 9), "it never stopped");
        assert_rises(&weights(&mut switch, LENGTH), halfway, 1.0);
    }

    #[test]
    fn another_state_waits_for_the_dry_signal() {
        let mut switch = running(Some(1));
        for _ in 0..LENGTH {
            assert!(!switch.set(Some(2), 5));
            assert_eq!(switch.state(), 1);
            switch.next();
        }
        assert!(switch.set(Some(2), 5) && switch.state() == 2);
        // a third while it warms up: at once, and the warm-up begins again
        weights(&mut switch, 3);
        assert!(switch.set(Some(3), 5) && switch.state() == 3);
        assert!(weights(&mut switch, 5).iter().all(|weight| *weight == 0.0));
        assert_rises(&weights(&mut switch, LENGTH), 0.0, 1.0);
    }

    #[test]
    fn across_both_states_run_and_a_further_change_waits() {
        let mut switch = running(Some(1));
        assert!(switch.cross(2, 0));
        assert_eq!((switch.from(), switch.state(), switch.samples_left()), (1, 2, LENGTH));
        for n in 1..=LENGTH {
            assert!(!switch.cross(1, 0), "it waits");
            assert!((switch.next() - step(n)).abs() < 1e-12);
        }
        assert!(switch.cross(1, 7), "and then goes back");
        assert_eq!((switch.from(), switch.state()), (2, 1));
        assert!(weights(&mut switch, 7).iter().all(|weight| *weight == 0.0));
        assert_rises(&weights(&mut switch, LENGTH), 0.0, 1.0);
    }

    #[test]
    fn a_restart_is_dry_at_once_and_comes_back_only_if_wanted() {
        let mut switch = running(Some(0));
        switch.restart(5);
        assert!(switch.runs());
        assert!(weights(&mut switch, 5).iter().all(|weight| *weight == 0.0));
        assert_rises(&weights(&mut switch, LENGTH), 0.0, 1.0);
        switch.set(None, 5);
        weights(&mut switch, 10);
        switch.restart(5);
        assert!(!switch.runs());
        assert_eq!(switch.next(), 0.0);
    }

    #[test]
    fn the_mix_is_exact_at_both_ends() {
        let (dry, wet) = (0.1, 1e17 / 3.0);
        assert_eq!(mix(dry, wet, 0.0), dry);
        assert_eq!(mix(dry, wet, 1.0), wet);
        assert_eq!(mix(1.0, 3.0, 0.25), 1.5);
    }
}
