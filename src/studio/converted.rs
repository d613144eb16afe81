//! True peaks after conversion to another sample rate, in memory that does not grow with the programme.

use garnish_engine::meter::Meter;
use garnish_media::{Audio, Error};

/// Input frames converted at once, at least.
const PIECE: usize = 1 << 17;

/// Input frames on each side of a piece that the conversion hears too, so that its filter has settled: twice the length of the
/// filter at the lower rate.
const MARGIN: usize = 1 << 14;

/// Measures the true peak that a programme has at another rate.
pub(crate) struct Converted {
    from_hz: u32,
    to_hz: u32,
    /// Frames of a piece and of a margin: whole numbers of periods of the two rates.
    piece: usize,
    margin: usize,
    /// Margin of the past, then what awaits conversion.
    waiting: Vec<Vec<f32>>,
    /// Frames of `waiting` that are past.
    past: usize,
    meter: Meter,
}

impl Converted {
    pub(crate) fn new(from_hz: u32, to_hz: u32, channels: usize) -> Self {
        let (mut common, mut rest) = (from_hz.max(1), to_hz);
        while rest != 0 {
            (common, rest) = (rest, common % rest);
        }
        let period = usize::try_from(from_hz / common).unwrap_or(1).max(1);
        let lower = usize::try_from(from_hz.div_ceil(to_hz.max(1))).unwrap_or(1);
        let mut meter = Meter::new();
        meter.prepare(f64::from(to_hz));
        meter.set_mono(channels == 1);
        Self {
            from_hz,
            to_hz,
            piece: PIECE.next_multiple_of(period),
            margin: (MARGIN * lower).next_multiple_of(period),
            waiting: vec![Vec::new(); channels],
            past: 0,
            meter,
        }
    }

    pub(crate) fn push(&mut self, planes: &[&[f32]]) -> Result<(), Error> {
        for (waiting, plane) in self.waiting.iter_mut().zip(planes) {
            waiting.extend_from_slice(plane);
        }
        while self.frames() >= self.past + self.piece + self.margin {
            self.convert(self.piece)?;
        }
        Ok(())
    }

    /// Returns the greatest true peak in dBTP; minus infinity in silence.
    pub(crate) fn finish(mut self) -> Result<f64, Error> {
        let rest = self.frames() - self.past;
        if rest > 0 {
            self.convert(rest)?;
        }
        self.meter.finish();
        Ok(self.meter.take_reading().peak_dbtp())
    }

    fn frames(&self) -> usize {
        self.waiting.first().map_or(0, Vec::len)
    }

    /// Converts all that waits, measures the `frames` after the past, and makes them the past.
    fn convert(&mut self, frames: usize) -> Result<(), Error> {
        let audio = Audio { sample_rate_hz: self.from_hz, channels: std::mem::take(&mut self.waiting) };
        let converted = garnish_media::resample(&audio, self.to_hz)?;
        let at = |frame: usize| {
            let frame = (frame as u64 * u64::from(self.to_hz)).div_ceil(u64::from(self.from_hz));
            usize::try_from(frame).unwrap_or(usize::MAX).min(converted.frames())
        };
        let range = at(self.past)..at(self.past + frames);
        let wide: Vec<Vec<f64>> = converted
            .channels
            .iter()
            .map(|channel| channel[range.clone()].iter().map(|x| f64::from(*x)).collect())
            .collect();
        if let Some(left) = wide.first() {
            self.meter.measure([left, wide.get(1).unwrap_or(left)]);
        }
        self.waiting = audio.channels;
        let done = (self.past + frames).saturating_sub(self.margin);
        for waiting in &mut self.waiting {
            waiting.drain(..done);
        }
        self.past = self.past + frames - done;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use garnish_engine::units::narrow;

    /// The peak of the whole programme converted at once, whatever the pieces.
    #[test]
    fn pieces_give_the_peak_of_the_whole() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            narrow(f64::from(state) / f64::from(u32::MAX) - 0.5)
        };
        for (from_hz, to_hz) in [(48_000, 44_100), (44_100, 48_000), (96_000, 44_100)] {
            let left: Vec<f32> = (0..500_000).map(|_| noise()).collect();
            let audio = Audio { sample_rate_hz: from_hz, channels: vec![left] };
            let whole = crate::analysis::analyse("", &garnish_media::resample(&audio, to_hz).unwrap());
            let mut converted = Converted::new(from_hz, to_hz, 1);
            for piece in audio.channels[0].chunks(4_096) {
                converted.push(&[piece]).unwrap();
            }
            let peak_dbtp = converted.finish().unwrap();
            assert!(
                (peak_dbtp - whole.true_peak_dbtp.unwrap()).abs() < 1e-3,
                "{from_hz} to {to_hz}: {peak_dbtp}"
            );
        }
    }
}
