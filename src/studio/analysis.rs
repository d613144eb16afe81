//! What is measured of a programme.

use garnish_engine::meter::{Headroom, Meter};
use garnish_engine::units::count;
use garnish_media::Audio;
use serde::{Serialize, Serializer};

use crate::Error;
use crate::broken::Broken;
use crate::converted::Converted;
use crate::feed::PIECE;
use crate::source::{Memory, Source};

/// Measurements of one file, as JSON shows them. Keys are permanent; none (null) stands for minus infinity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// Name of the file as given.
    pub path: String,
    /// Sample rate in Hz.
    pub sample_rate: u32,
    /// Number of channels, 1 or 2. One channel counts once, as BS.1770 has it: the same sound on two reads 3 LU louder.
    pub channels: usize,
    /// Length in seconds.
    pub duration_s: f64,
    /// Integrated loudness in LUFS.
    pub integrated_lufs: Option<f64>,
    /// Loudness range in LU.
    pub loudness_range_lu: Option<f64>,
    /// Greatest momentary loudness in LUFS.
    pub max_momentary_lufs: Option<f64>,
    /// Greatest short-term loudness in LUFS.
    pub max_short_term_lufs: Option<f64>,
    /// Greatest sample in dBFS.
    pub sample_peak_dbfs: Option<f64>,
    /// Greatest true peak in dBTP.
    pub true_peak_dbtp: Option<f64>,
    /// Greatest true peak after conversion to the common rates that the file has not, 44.1 or 48 kHz or both, in dBTP; missing
    /// where nobody asked. Conversion cuts or moves what lies near Nyquist, and peaks with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resampled_true_peak_dbtp: Option<f64>,
    /// True peak over integrated loudness, in dB.
    pub plr_db: Option<f64>,
    /// Correlation of the channels, -1 to 1.
    pub correlation: Option<f64>,
    /// Verdict on the file as a mix.
    #[serde(serialize_with = "as_id")]
    pub headroom: Headroom,
    /// Number of flat tops: runs of at least three equal samples at full scale or at the file's extreme.
    pub flat_tops: usize,
    /// Samples that are NaN or infinite, and those beyond +60 dBFS. They count as silence in everything else.
    #[serde(flatten)]
    pub broken: Broken,
}

impl Analysis {
    /// Says whether the file leaves headroom and why, such as "quiet: peaks at -14.0 dBFS".
    pub fn verdict(&self) -> String {
        let level = |x: Option<f64>| x.unwrap_or(f64::NEG_INFINITY);
        self.headroom.verdict(level(self.sample_peak_dbfs), level(self.true_peak_dbtp), self.flat_tops)
    }
}

/// How to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// One channel counts as two, as it does when mono is played on two loudspeakers: 3 LU louder.
    pub dual_mono: bool,
    /// Also measures true peaks after conversion to the common rates.
    pub resampled: bool,
}

/// The rates that masters are delivered and played at, in Hz.
const COMMON_HZ: [u32; 2] = [44_100, 48_000];

/// Measures a programme in pieces.
pub struct Analyser {
    sample_rate_hz: u32,
    channels: usize,
    meter: Meter,
    wide: [Vec<f64>; 2],
    frames: usize,
    /// Frames of 100 ms, and those until its next multiple.
    hop: usize,
    until_hop: usize,
    converted: Vec<Converted>,
}

impl Analyser {
    /// Starts a measurement of audio with this sample rate in Hz and 1 or 2 channels.
    pub fn new(sample_rate_hz: u32, channels: usize, options: Options) -> Self {
        let rate_hz = f64::from(sample_rate_hz);
        let mut meter = Meter::new();
        meter.prepare(rate_hz);
        meter.set_mono(channels == 1 && !options.dual_mono);
        let hop = garnish_engine::units::whole(rate_hz / 10.0).max(1);
        let others = COMMON_HZ.into_iter().filter(|rate| options.resampled && *rate != sample_rate_hz);
        let converted = others.map(|to_hz| Converted::new(sample_rate_hz, to_hz, channels)).collect();
        Self {
            sample_rate_hz,
            channels,
            meter,
            wide: Default::default(),
            frames: 0,
            hop,
            until_hop: hop,
            converted,
        }
    }

    /// Takes frames, one slice a channel. `each` gets the number of frames so far and the meter after every 100 ms.
    ///
    /// # Errors
    /// The audio cannot be converted to a common rate.
    pub fn push(
        &mut self,
        planes: &[&[f32]],
        mut each: impl FnMut(usize, &mut Meter),
    ) -> Result<(), garnish_media::Error> {
        let first = planes.first().copied().unwrap_or_default();
        let second = planes.get(1).copied().unwrap_or(first);
        let mut at = 0;
        while at < first.len() {
            let end = first.len().min(at + self.until_hop);
            for (wide, samples) in self.wide.iter_mut().zip([first, second]) {
                wide.clear();
                wide.extend(samples[at..end].iter().map(|x| f64::from(*x)));
            }
            self.meter.measure([&self.wide[0], &self.wide[1]]);
            self.frames += end - at;
            self.until_hop -= end - at;
            at = end;
            if self.until_hop == 0 {
                self.until_hop = self.hop;
                each(self.frames, &mut self.meter);
            }
        }
        self.converted.iter_mut().try_for_each(|converted| converted.push(planes))
    }

    /// Ends the measurement. `broken` is what was found in the samples before they came here.
    ///
    /// # Errors
    /// The audio cannot be converted to a common rate.
    pub fn finish(mut self, path: &str, broken: Broken) -> Result<Analysis, garnish_media::Error> {
        self.meter.finish();
        let reading = self.meter.take_reading();
        let finite = |x: f64| x.is_finite().then_some(x);
        let mut resampled = None;
        for converted in self.converted {
            resampled = resampled.into_iter().chain(finite(converted.finish()?)).max_by(f64::total_cmp);
        }
        let integrated_lufs = finite(reading.integrated_lufs);
        Ok(Analysis {
            path: path.to_owned(),
            sample_rate: self.sample_rate_hz,
            channels: self.channels,
            duration_s: count(self.frames) / f64::from(self.sample_rate_hz.max(1)),
            integrated_lufs,
            loudness_range_lu: finite(reading.loudness_range_lu),
            max_momentary_lufs: finite(reading.max_momentary_lufs),
            max_short_term_lufs: finite(reading.max_short_term_lufs),
            sample_peak_dbfs: finite(reading.peak_dbfs()),
            true_peak_dbtp: finite(reading.peak_dbtp()),
            resampled_true_peak_dbtp: resampled,
            plr_db: integrated_lufs.and(finite(reading.plr_db)),
            correlation: finite(reading.overall_correlation),
            headroom: reading.headroom(),
            flat_tops: reading.clips,
            broken,
        })
    }
}

/// Measures a source to its end. `heard` gets every piece, broken samples silenced, `each` is as in [`Analyser::push`], and `progress` gets
/// the part done, 0 to 1.
///
/// # Errors
/// The source cannot be read.
pub fn analyse_source(
    path: &str,
    source: &mut impl Source,
    options: Options,
    mut heard: impl FnMut(&[&[f32]]),
    mut each: impl FnMut(usize, &mut Meter),
    progress: &mut dyn FnMut(f64),
) -> Result<Analysis, Error> {
    let mut analyser = Analyser::new(source.sample_rate_hz(), source.channels(), options);
    let mut planes = vec![vec![0.0; PIECE]; source.channels()];
    let (mut broken, mut at) = (Broken::default(), 0);
    loop {
        let frames = source.read(&mut planes)?;
        if frames == 0 {
            return Ok(analyser.finish(path, broken)?);
        }
        broken.mend(&mut planes, frames, at, source.sample_rate_hz());
        at += frames;
        let piece: Vec<_> = planes.iter().map(|plane| &plane[..frames]).collect();
        heard(&piece);
        analyser.push(&piece, &mut each)?;
        progress(source.fraction());
    }
}

/// Measures audio in memory.
pub fn analyse(path: &str, audio: &Audio) -> Analysis {
    analyse_with(path, audio, |_, _| {})
}

/// Measures audio in memory; `each` gets the number of frames so far and the meter after every 100 ms.
pub fn analyse_with(path: &str, audio: &Audio, each: impl FnMut(usize, &mut Meter)) -> Analysis {
    let channels = audio.channels.len();
    analyse_source(path, &mut Memory::new(audio), Options::default(), |_| {}, each, &mut |_| {})
        .or_else(|_| {
            Analyser::new(audio.sample_rate_hz, channels, Options::default()).finish(path, Broken::default())
        })
        .unwrap_or_else(|_| unreachable!("memory is always read, and nothing is converted"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn as_id<S: Serializer>(headroom: &Headroom, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(headroom.id())
}
