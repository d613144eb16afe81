//! What is measured of a file.

use garnish_engine::meter::{Headroom, Meter, Reading};
use garnish_media::Audio;
use serde::{Serialize, Serializer};

/// Measurements of one file, as JSON shows them. Keys are permanent; none (null) stands for minus infinity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// The file as it was named.
    pub path: String,
    /// In Hz.
    pub sample_rate: u32,
    /// 1 or 2. One channel counts once, as BS.1770 has it: the same sound on two reads 3 LU louder.
    pub channels: usize,
    /// In seconds.
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
    /// The verdict on the file as a mix.
    #[serde(serialize_with = "as_id")]
    pub headroom: Headroom,
}

/// Measures a whole file.
pub fn analyse(path: &str, audio: &Audio) -> Analysis {
    analyse_with(path, audio, |_, _| {})
}

/// As [`analyse`]; `each` is told the frames done and the meter after every 100 ms.
pub fn analyse_with(path: &str, audio: &Audio, mut each: impl FnMut(usize, &mut Meter)) -> Analysis {
    let rate_hz = f64::from(audio.sample_rate_hz);
    let mut meter = Meter::new();
    meter.prepare(rate_hz);
    meter.set_mono(audio.channels.len() == 1);
    let hop = garnish_engine::units::whole(rate_hz / 10.0).max(1);
    let first = audio.channels.first().map_or(&[][..], Vec::as_slice);
    let second = audio.channels.get(1).map_or(first, Vec::as_slice);
    let mut wide = [Vec::with_capacity(hop), Vec::with_capacity(hop)];
    let mut done = 0;
    for (left, right) in first.chunks(hop).zip(second.chunks(hop)) {
        for (wide, samples) in wide.iter_mut().zip([left, right]) {
            wide.clear();
            wide.extend(samples.iter().map(|x| f64::from(*x)));
        }
        meter.measure([&wide[0], &wide[1]]);
        done += left.len();
        each(done, &mut meter);
    }
    meter.finish();
    Analysis::new(path, audio, &meter.take_reading())
}

/// The rates that masters are delivered and played at, in Hz.
const COMMON_HZ: [u32; 2] = [44_100, 48_000];

impl Analysis {
    /// Adds what conversion of the sample rate makes of `audio`, which was measured.
    ///
    /// # Errors
    /// If the audio cannot be resampled: it has no channel, or a rate of 0.
    pub fn with_resampled(mut self, audio: &Audio) -> Result<Self, garnish_media::Error> {
        for rate_hz in COMMON_HZ.into_iter().filter(|rate_hz| *rate_hz != audio.sample_rate_hz) {
            let converted = analyse("", &garnish_media::resample(audio, rate_hz)?);
            let greatest = self.resampled_true_peak_dbtp.into_iter().chain(converted.true_peak_dbtp);
            self.resampled_true_peak_dbtp = greatest.max_by(f64::total_cmp);
        }
        Ok(self)
    }

    fn new(path: &str, audio: &Audio, reading: &Reading) -> Self {
        let finite = |x: f64| x.is_finite().then_some(x);
        let integrated_lufs = finite(reading.integrated_lufs);
        Self {
            path: path.to_owned(),
            sample_rate: audio.sample_rate_hz,
            channels: audio.channels.len(),
            duration_s: audio.seconds(),
            integrated_lufs,
            loudness_range_lu: finite(reading.loudness_range_lu),
            max_momentary_lufs: finite(reading.max_momentary_lufs),
            max_short_term_lufs: finite(reading.max_short_term_lufs),
            sample_peak_dbfs: finite(reading.peak_dbfs()),
            true_peak_dbtp: finite(reading.peak_dbtp()),
            resampled_true_peak_dbtp: None,
            plr_db: integrated_lufs.and(finite(reading.plr_db)),
            correlation: finite(reading.overall_correlation),
            headroom: reading.headroom(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn as_id<S: Serializer>(headroom: &Headroom, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(headroom.id())
}
