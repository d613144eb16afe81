//! Sections at work: both channels at once, several sections at once.

use std::cell::Cell;
use std::ops::Range;

use wide::f64x2;

use super::section::Section;
use crate::dsp::svf::{SILENCE, next_states};

/// A section's memory, left and right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct State {
    pub s1: f64x2,
    pub s2: f64x2,
}

impl State {
    /// Clears what has decayed to [`SILENCE`].
    fn flush(&mut self) {
        let tiny = |s: f64x2| s.abs().to_array().iter().all(|s| *s < SILENCE);
        if tiny(self.s1) && tiny(self.s2) {
            *self = Self::default();
        }
    }
}

/// A section's coefficients, for both channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes([f64x2; 6]);

impl Lanes {
    pub fn new(section: &Section) -> Self {
        let Section { a, b, c, d, c1, c2 } = *section;
        Self([a, b, c, d, c1, c2].map(f64x2::splat))
    }

    pub fn advance(&mut self, step: &Self) {
        for (x, step) in self.0.iter_mut().zip(step.0) {
            *x += step;
        }
    }

    /// Filters a frame: see [`Section`].
    #[inline]
    pub fn next(&self, state: &mut State, x: f64x2) -> f64x2 {
        let [a, b, c, d, c1, c2] = self.0;
        let State { s1, s2 } = *state;
        [state.s1, state.s2] = next_states([a, b, c], [s1, s2], x);
        d * x + (c1 * s1 + c2 * s2)
    }
}

/// Up to N sections in series.
#[derive(Clone, Debug)]
pub(super) struct Cascade<const N: usize> {
    lanes: [Lanes; N],
    states: [State; N],
    len: usize,
}

impl<const N: usize> Cascade<N> {
    /// No section: passes everything.
    pub fn new() -> Self {
        Self { lanes: [Lanes::new(&Section::IDENTITY); N], states: [State::default(); N], len: 0 }
    }

    /// Sets the sections; each keeps its state.
    pub fn set(&mut self, sections: &[Section]) {
        self.len = sections.len();
        for (lanes, section) in self.lanes.iter_mut().zip(sections) {
            *lanes = Lanes::new(section);
        }
    }

    /// Clears all memory.
    pub fn rest(&mut self) {
        self.states = [State::default(); N];
    }

    /// Joins others, one after the other, in place of what was here.
    pub fn gather<'a, const M: usize>(&mut self, others: impl Iterator<Item = &'a Cascade<M>>) {
        self.len = 0;
        for other in others {
            let range = self.len..self.len + other.len;
            self.lanes[range.clone()].copy_from_slice(&other.lanes[..other.len]);
            self.states[range.clone()].copy_from_slice(&other.states[..other.len]);
            self.len = range.end;
        }
    }

    /// Gives back the states of those that were joined.
    pub fn scatter<'a, const M: usize>(&self, others: impl Iterator<Item = &'a mut Cascade<M>>) {
        let mut at = 0;
        for other in others {
            other.states[..other.len].copy_from_slice(&self.states[at..at + other.len]);
            at += other.len;
        }
    }

    /// Forgets what has faded away. To be called from time to time.
    pub fn flush(&mut self) {
        self.states[..self.len].iter_mut().for_each(State::flush);
    }

    /// Filters frames while each section moves on by its step before each frame.
    pub fn process_moving(&mut self, steps: &[Section], frames: &mut [f64x2]) {
        let sections = self.lanes[..self.len].iter_mut().zip(&mut self.states);
        for ((lanes, state), step) in sections.zip(steps) {
            let step = Lanes::new(step);
            for x in frames.iter_mut() {
                lanes.advance(&step);
                *x = lanes.next(state, *x);
            }
        }
    }

    /// Filters frames.
    ///
    /// Each sample of a section waits for its last one, which leaves a processor mostly idle; three sections in a wave,
    /// each a sample behind the one before it, fill that time (more run out of registers). The arithmetic is the same as
    /// one section after the other.
    pub fn process(&mut self, frames: &mut [f64x2]) {
        let (threes, rest) = self.lanes[..self.len].as_chunks::<3>();
        let (three_states, rest_states) = self.states[..self.len].as_chunks_mut::<3>();
        for (lanes, states) in threes.iter().zip(three_states) {
            wave(lanes, states, frames);
        }
        match (rest, rest_states) {
            ([a, b], [s, t]) => {
                let mut states = [*s, *t];
                wave(&[*a, *b], &mut states, frames);
                [*s, *t] = states;
            }
            ([a], [s]) => wave(&[*a], std::array::from_mut(s), frames),
            _ => {}
        }
    }
}

/// N sections, the k-th at sample n - k in step n. Before its first sample and after its last a section waits.
fn wave<const N: usize>(lanes: &[Lanes; N], states: &mut [State; N], frames: &mut [f64x2]) {
    let length = frames.len();
    let last = N - 1;
    // copies stay in registers
    let lanes = *lanes;
    let mut memory = *states;
    let mut outputs = [f64x2::splat(0.0); N];
    for n in 0..last {
        let input = frames.get(n).copied().unwrap_or_default();
        step(&lanes, &mut memory, &mut outputs, input, (n + 1).saturating_sub(length)..n + 1);
    }
    let cells = Cell::from_mut(&mut *frames).as_slice_of_cells();
    for (input, output) in cells.iter().skip(last).zip(cells) {
        step(&lanes, &mut memory, &mut outputs, input.get(), 0..N);
        output.set(outputs[last]);
    }
    for n in length.max(last)..length + last {
        step(&lanes, &mut memory, &mut outputs, f64x2::splat(0.0), n + 1 - length..N);
        frames[n - last] = outputs[last];
    }
    *states = memory;
}

/// One step of a wave for some of its sections, the last first: each takes what the one before it gave a step ago.
#[inline]
fn step<const N: usize>(
    lanes: &[Lanes; N],
    memory: &mut [State; N],
    outputs: &mut [f64x2; N],
    input: f64x2,
    part: Range<usize>,
) {
    for k in part.rev() {
        let x = if k == 0 { input } else { outputs[k - 1] };
        outputs[k] = lanes[k].next(&mut memory[k], x);
    }
}

#[cfg(test)]
mod tests {
    use super::super::section::Quadratic;
    use super::*;
    use crate::units::count;

    fn section(n: usize) -> Section {
        let g = 0.1 * count(n + 1);
        let one = Quadratic { linear: 1.0, constant: 1.0 };
        Section::new(0.9, one, Quadratic { linear: 0.7 * g, constant: g * g })
    }

    #[test]
    fn a_wave_is_one_section_after_the_other() {
        for len in 0..=11 {
            let sections: Vec<_> = (0..len).map(section).collect();
            for frames in [0, 1, 2, 3, 4, 7, 64] {
                let mut cascade = Cascade::<12>::new();
                cascade.set(&sections);
                cascade.states = [State { s1: f64x2::splat(0.3), s2: f64x2::splat(-0.1) }; 12];
                let mut expected_states = cascade.states;
                let mut output: Vec<_> =
                    (0..frames).map(|n| f64x2::new([f64::from(n % 5) - 2.0, f64::from(n % 3)])).collect();
                let mut expected = output.clone();
                // twice: what is left in the states counts as well
                for _ in 0..2 {
                    cascade.process(&mut output);
                    for (section, state) in sections.iter().zip(&mut expected_states) {
                        for x in &mut expected {
                            *x = Lanes::new(section).next(state, *x);
                        }
                    }
                    assert_eq!(output, expected, "{len} sections, {frames} frames");
                    assert_eq!(cascade.states, expected_states);
                }
            }
        }
    }

    #[test]
    fn steps_lead_from_one_filter_to_the_next() {
        let (from, to) = (section(2), section(7));
        let mut cascade = Cascade::<1>::new();
        cascade.set(&[from]);
        cascade.process_moving(&[from.step_to(&to, 32.0)], &mut [f64x2::splat(1.0); 32]);
        for (reached, wanted) in cascade.lanes[0].0.iter().zip(Lanes::new(&to).0) {
            assert!((*reached - wanted).abs().to_array()[0] < 1e-14);
        }
    }

    #[test]
    fn joined_is_one_after_the_other() {
        let mut parts = [Cascade::<4>::new(), Cascade::new(), Cascade::new()];
        parts[0].set(&[section(1), section(2)]);
        parts[2].set(&[section(3)]);
        let mut joined = Cascade::<12>::new();
        joined.gather(parts.iter());
        let mut frames = [f64x2::new([1.0, -0.5]); 9];
        let mut expected = frames;
        joined.process(&mut frames);
        let mut apart = parts.clone();
        for part in &mut apart {
            part.process(&mut expected);
        }
        joined.scatter(parts.iter_mut());
        assert_eq!(frames, expected);
        assert!(parts.iter().zip(&apart).all(|(a, b)| a.states == b.states));
    }

    #[test]
    fn states_never_become_denormal() {
        let mut cascade = Cascade::<1>::new();
        let one = Quadratic { linear: 1.0, constant: 1.0 };
        cascade.set(&[Section::new(1.0, one, Quadratic { linear: 0.02, constant: 0.01 })]);
        let mut frames = [f64x2::splat(0.0); 64];
        frames[0] = f64x2::splat(1.0);
        for _ in 0..1_000 {
            cascade.flush();
            cascade.process(&mut frames);
            assert!(frames.iter().flat_map(|x| x.to_array()).all(|x| x == 0.0 || x.is_normal()));
            frames = [f64x2::splat(0.0); 64];
        }
        assert_eq!(cascade.states, [State::default()]);
    }
}
