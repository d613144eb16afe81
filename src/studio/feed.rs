//! A programme on its way into the chain.

use garnish_engine::engine::healthy;

use crate::Error;
use crate::aligned::TAIL;
use crate::broken::Broken;
use crate::source::Source;

/// Frames handed on at once: a whole number of the engine's sub-blocks, so that they stay on its grid.
pub(crate) const PIECE: usize = 4096;

/// Reads a source to its end. `heard` gets every piece as it is in the file, broken samples silenced; `each` gets it on two
/// channels for the chain (mono on both), followed by silence as long as the chain's latency and the tail. Returns what was broken.
pub(crate) fn feed(
    source: &mut impl Source,
    latency: usize,
    progress: &mut dyn FnMut(f64),
    mut heard: impl FnMut(&[&[f32]]) -> Result<(), Error>,
    mut each: impl FnMut(&mut [Vec<f64>; 2]) -> Result<(), Error>,
) -> Result<Broken, Error> {
    let mut planes = vec![vec![0.0; PIECE]; source.channels()];
    let mut wide = [vec![0.0; PIECE], vec![0.0; PIECE]];
    let mut broken = Broken::default();
    let (mut at, mut silence, mut ended) = (0, latency + TAIL, false);
    loop {
        let frames = if ended { 0 } else { source.read(&mut planes)? };
        ended |= frames < PIECE;
        broken.mend(&mut planes, frames, at, source.sample_rate_hz());
        at += frames;
        if frames > 0 {
            heard(&planes.iter().map(|plane| &plane[..frames]).collect::<Vec<_>>())?;
        }
        let padding = if ended { silence.min(PIECE - frames) } else { 0 };
        silence -= padding;
        if frames + padding == 0 {
            return Ok(broken);
        }
        for (channel, wide) in wide.iter_mut().enumerate() {
            let plane = planes.get(channel).or(planes.first()).map_or(&[][..], |plane| &plane[..frames]);
            wide.clear();
            wide.extend(plane.iter().map(|x| healthy(f64::from(*x))));
            wide.resize(frames + padding, 0.0);
        }
        each(&mut wide)?;
        progress(source.fraction());
    }
}
