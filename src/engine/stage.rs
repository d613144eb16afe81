//! The seam of every module: what a stage is told, what it processes, what it promises.

/// What a stage must know before audio runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spec {
    /// Sample rate in Hz, 8 000 to 384 000. Wrappers such as [`oversampled`](crate::oversampled) pass a higher one on.
    pub sample_rate_hz: f64,
    /// The longest block `process` will be given, in frames.
    pub max_frames: usize,
}

/// A stretch of stereo audio, processed in place. Both channels have the same length.
#[derive(Debug)]
pub struct Block<'a> {
    left: &'a mut [f64],
    right: &'a mut [f64],
}

impl<'a> Block<'a> {
    /// Borrows two channels; if their lengths differ, the common part.
    pub fn new(left: &'a mut [f64], right: &'a mut [f64]) -> Self {
        let frames = left.len().min(right.len());
        Self { left: &mut left[..frames], right: &mut right[..frames] }
    }

    /// Length in frames.
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// True when there is nothing to process.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// The left channel.
    pub fn left(&mut self) -> &mut [f64] {
        self.left
    }

    /// The right channel.
    pub fn right(&mut self) -> &mut [f64] {
        self.right
    }

    /// Both channels, left first.
    pub fn channels(&mut self) -> [&mut [f64]; 2] {
        [self.left, self.right]
    }

    /// Both channels for reading, left first.
    pub fn read(&self) -> [&[f64]; 2] {
        [self.left, self.right]
    }

    /// The frames one by one, as (left, right).
    pub fn frames(&mut self) -> impl Iterator<Item = (&mut f64, &mut f64)> {
        self.left.iter_mut().zip(self.right.iter_mut())
    }

    /// A shorter block within this one.
    ///
    /// Frames beyond the end are left out.
    pub fn part(&mut self, frames: std::ops::Range<usize>) -> Block<'_> {
        let end = frames.end.min(self.len());
        let start = frames.start.min(end);
        Block { left: &mut self.left[start..end], right: &mut self.right[start..end] }
    }
}

/// A module of the chain: stereo in place, with a constant latency.
///
/// The order of calls is `set`* → `prepare` → (`set` | `process` | `take_reading` | `reset`)*. There are no default
/// bodies: every wrapper must forward everything. The contract test (`tests/contract/`) holds all of it:
///
/// - `reset` equals freshly prepared with the same settings, bit for bit.
/// - The sound does not depend on how audio is cut into blocks, bit for bit.
/// - Silence in front moves the sound and changes nothing, bit for bit. (While settings move it may: what is designed on a grid counted from
///   `reset`, as the equaliser's filters are every 32 samples, meets a change up to an interval earlier or later.)
/// - Silence gives silence; after NaN or infinity in the input the output is finite, and audio recovers.
/// - `set`, `process`, `reset` and `take_reading` neither allocate nor lock nor panic, at any sample rate from 8 to 384 kHz.
/// - A `set` before the first frame after `prepare` or `reset` lands at once; later ones are ramped.
pub trait Stage {
    /// What can be set, in engineering units only: Hz, dB, ms.
    type Settings: Copy + PartialEq + Default + std::fmt::Debug;
    /// What can be shown: measured since the last `take_reading`.
    type Reading: Copy + Default;

    /// Gets ready for audio at this rate: allocates, takes over the settings that bear on latency (those that are not
    /// automatable: modes and quality), forgets history. May allocate; audio is stopped.
    fn prepare(&mut self, spec: &Spec);

    /// Forgets all history and lands all ramps. Never allocates.
    fn reset(&mut self);

    /// Takes new settings. Cheap when nothing changed; never allocates. Values outside a range are brought into it. A
    /// setting that bears on latency waits for the next `prepare`.
    fn set(&mut self, settings: &Self::Settings);

    /// Processes a block of at most [`Spec::max_frames`] in place.
    fn process(&mut self, block: &mut Block<'_>);

    /// Delay of the signal in samples, constant from one `prepare` to the next and the same whatever the settings.
    fn latency(&self) -> usize;

    /// The reading since the last call; peaks within it are never lost.
    fn take_reading(&mut self) -> Self::Reading;
}
