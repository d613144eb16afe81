//! Two programmes side by side: figures, tone at equal loudness, width, and sentences about what certainly differs.

use garnish_engine::analysis::{
    BandAnalyser, BandStatistics, Difference, Fraction, Part, differences, regions,
};
use serde::{Serialize, Serializer};

use crate::Error;
use crate::analysis::{Analysis, Options, analyse_source};
use crate::broken::Broken;
use crate::feed::PIECE;
use crate::source::Source;

/// Least difference of tone that is worth a sentence, in dB.
const LEAST_TONE_DB: f64 = 1.0;

/// Least difference of width that is worth a sentence, in dB.
const LEAST_WIDTH_DB: f64 = 2.0;

/// A programme as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// Its figures.
    pub analysis: Analysis,
    /// Its tone in third octaves.
    pub tone: BandStatistics,
}

impl Programme {
    /// Measures a source to its end. `progress` gets the part done, 0 to 1.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn measure(
        path: &str,
        source: &mut impl Source,
        options: Options,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Self, Error> {
        let mut tone = ToneAnalyser::new(source.sample_rate_hz(), Fraction::Third);
        let analysis =
            analyse_source(path, source, options, |planes| tone.push(planes), |_, _| {}, progress)?;
        Ok(Self { analysis, tone: tone.finish() })
    }
}

/// A [`BandAnalyser`] of 32-bit samples, mono or stereo.
#[derive(Debug)]
pub struct ToneAnalyser {
    bands: BandAnalyser,
    wide: [Vec<f64>; 2],
}

impl ToneAnalyser {
    /// Starts an analysis at this sample rate in Hz.
    pub fn new(sample_rate_hz: u32, fraction: Fraction) -> Self {
        Self { bands: BandAnalyser::new(f64::from(sample_rate_hz), fraction), wide: Default::default() }
    }

    /// Takes frames, one slice a channel; one channel counts as both.
    pub fn push(&mut self, planes: &[&[f32]]) {
        let first = planes.first().copied().unwrap_or_default();
        for (wide, plane) in self.wide.iter_mut().zip([first, planes.get(1).copied().unwrap_or(first)]) {
            wide.clear();
            wide.extend(plane.iter().map(|x| f64::from(*x)));
        }
        self.bands.push([&self.wide[0], &self.wide[1]]);
    }

    /// Returns the statistics of everything so far.
    pub fn finish(self) -> BandStatistics {
        self.bands.finish()
    }
}

/// Measures the tone of a source from where it stands to its end; broken samples count as silence.
///
/// # Errors
/// The source cannot be read.
pub fn tone_of(
    source: &mut impl Source,
    fraction: Fraction,
    progress: &mut dyn FnMut(f64),
) -> Result<BandStatistics, Error> {
    let mut tone = ToneAnalyser::new(source.sample_rate_hz(), fraction);
    let mut planes = vec![vec![0.0; PIECE]; source.channels()];
    let (mut broken, mut at) = (Broken::default(), 0);
    loop {
        let frames = source.read(&mut planes)?;
        if frames == 0 {
            return Ok(tone.finish());
        }
        broken.mend(&mut planes, frames, at, source.sample_rate_hz());
        at += frames;
        tone.push(&planes.iter().map(|plane| &plane[..frames]).collect::<Vec<_>>());
        progress(source.fraction());
    }
}

/// How the first of two programmes differs from the second, as JSON shows it. Keys are permanent; null stands for what is not known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Loudness of the first minus that of the second, in LU. It is taken out of the bands.
    pub loudness_lu: Option<f64>,
    /// Third octaves that both programmes have, from low to high.
    pub bands: Vec<Row>,
    /// What certainly differs, in words.
    pub sentences: Vec<String>,
}

/// One third octave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Lower edge in Hz.
    pub low_hz: f64,
    /// Upper edge in Hz.
    pub high_hz: f64,
    /// Difference of the level at equal loudness, in dB.
    pub tone_db: f64,
    /// Half width of its 95 % confidence interval, in dB; null where nothing is known.
    #[serde(serialize_with = "finite")]
    pub tone_uncertainty_db: f64,
    /// Difference of mid, in dB.
    pub mid_db: f64,
    /// Half width of its 95 % confidence interval, in dB.
    #[serde(serialize_with = "finite")]
    pub mid_uncertainty_db: f64,
    /// Difference of side, in dB.
    pub side_db: f64,
    /// Half width of its 95 % confidence interval, in dB.
    #[serde(serialize_with = "finite")]
    pub side_uncertainty_db: f64,
    /// Correlation of left and right in either programme, -1 to 1.
    pub correlation: [f64; 2],
}

impl Comparison {
    /// Compares two programmes.
    pub fn new(first: &Programme, second: &Programme) -> Self {
        let loudness_lu = first
            .analysis
            .integrated_lufs
            .zip(second.analysis.integrated_lufs)
            .map(|(first, second)| first - second);
        let part = |part| differences(&first.tone, &second.tone, part, loudness_lu.unwrap_or(0.0));
        let (both, mid, side) = (part(Part::Both), part(Part::Mid), part(Part::Side));
        let bands = both
            .iter()
            .zip(mid.iter().zip(&side))
            .zip(first.tone.bands.iter().zip(&second.tone.bands))
            .map(|((both, (mid, side)), (a, b))| Row {
                low_hz: both.low_hz,
                high_hz: both.high_hz,
                tone_db: both.db,
                tone_uncertainty_db: both.uncertainty_db,
                mid_db: mid.db,
                mid_uncertainty_db: mid.uncertainty_db,
                side_db: side.db,
                side_uncertainty_db: side.uncertainty_db,
                correlation: [a.correlation, b.correlation],
            })
            .collect();
        let mut sentences = figures(&first.analysis, &second.analysis);
        if loudness_lu.is_some() {
            sentences.extend(tone(&both));
            sentences.extend(width(&mid, &side));
        }
        Self { loudness_lu, bands, sentences }
    }
}

/// Sentences about loudness, range and peaks. They are measured, not estimated; each has the least difference that anybody hears.
fn figures(first: &Analysis, second: &Analysis) -> Vec<String> {
    let figure = |value: fn(&Analysis) -> Option<f64>, least: f64, unit: &str, words: [&str; 2]| {
        let difference = value(first)? - value(second)?;
        let word = words[usize::from(difference < 0.0)];
        (difference.abs() >= least).then(|| format!("{:.1} {unit} {word}.", difference.abs()))
    };
    let range = |a: &Analysis| a.loudness_range_lu;
    [
        figure(|a| a.integrated_lufs, 0.1, "LU", ["louder", "quieter"]),
        figure(range, 1.0, "LU", ["more loudness range", "less loudness range"]),
        figure(
            |a| a.plr_db,
            1.0,
            "dB",
            ["more peak over loudness: less dense", "less peak over loudness: denser"],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn tone(both: &[Difference]) -> impl Iterator<Item = String> {
    regions(both, LEAST_TONE_DB).into_iter().map(|region| sentence(&region, ["more", "less"]))
}

/// Width is side over mid.
fn width(mid: &[Difference], side: &[Difference]) -> impl Iterator<Item = String> {
    let widths: Vec<_> = mid
        .iter()
        .zip(side)
        .map(|(mid, side)| Difference {
            db: side.db - mid.db,
            uncertainty_db: side.uncertainty_db.hypot(mid.uncertainty_db),
            ..*mid
        })
        .collect();
    regions(&widths, LEAST_WIDTH_DB).into_iter().map(|region| sentence(&region, ["wider", "narrower"]))
}

fn sentence(region: &Difference, words: [&str; 2]) -> String {
    let word = words[usize::from(region.db < 0.0)];
    let (low, high) = (hertz(region.low_hz), hertz(region.high_hz));
    format!("{:.1} dB (±{:.1}) {word} at {low} to {high}.", region.db.abs(), region.uncertainty_db)
}

/// A frequency to two figures: "63 Hz", "1.3 kHz".
fn hertz(hz: f64) -> String {
    if hz < 100.0 {
        format!("{hz:.0} Hz")
    } else if hz < 1000.0 {
        format!("{:.0} Hz", (hz / 10.0).round() * 10.0)
    } else if hz < 10_000.0 {
        format!("{:.1} kHz", hz / 1000.0)
    } else {
        format!("{:.0} kHz", hz / 1000.0)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn finite<S: Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&x.is_finite().then_some(*x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_have_two_figures() {
        let shown = [22.39, 89.1, 112.2, 891.0, 1_122.0, 7_079.0, 11_220.0].map(hertz);
        assert_eq!(shown, ["22 Hz", "89 Hz", "110 Hz", "890 Hz", "1.1 kHz", "7.1 kHz", "11 kHz"]);
    }

    #[test]
    fn a_sentence_names_number_certainty_and_place() {
        let region = Difference { low_hz: 56.2, high_hz: 112.2, db: -3.12, uncertainty_db: 0.83 };
        assert_eq!(sentence(&region, ["more", "less"]), "3.1 dB (±0.8) less at 56 Hz to 110 Hz.");
    }
}
