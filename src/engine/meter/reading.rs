//! What a meter tells.

use super::headroom::Headroom;

/// All figures of a meter at one moment. Minus infinity stands for silence.
///
/// Pairs are left and right. RMS is that of the samples: a full-scale sine has -3.01 dBFS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Momentary loudness (400 ms), in LUFS.
    pub momentary_lufs: f64,
    /// Short-term loudness (3 s), in LUFS.
    pub short_term_lufs: f64,
    /// Integrated loudness since the last reset, both gates, in LUFS.
    pub integrated_lufs: f64,
    /// Loudness range since the last reset, in LU; 0 before the first 3 s.
    pub loudness_range_lu: f64,
    /// Greatest momentary loudness since the last reset, in LUFS.
    pub max_momentary_lufs: f64,
    /// Greatest short-term loudness since the last reset, in LUFS.
    pub max_short_term_lufs: f64,
    /// Sample peaks since the last reading, in dBFS. None is lost, however seldom readings are taken.
    pub sample_peak_dbfs: [f64; 2],
    /// True peaks since the last reading, in dBTP. None is lost.
    pub true_peak_dbtp: [f64; 2],
    /// Sample peaks since the last reset, in dBFS.
    pub max_sample_peak_dbfs: [f64; 2],
    /// True peaks since the last reset, in dBTP.
    pub max_true_peak_dbtp: [f64; 2],
    /// RMS over 400 ms, in dBFS.
    pub rms_dbfs: [f64; 2],
    /// Sample peak over RMS, both over 400 ms, in dB; 0 in silence.
    pub crest_db: [f64; 2],
    /// Peak to short-term loudness: true peak of the last 3 s over short-term loudness, in dB; 0 in silence.
    pub psr_db: f64,
    /// Peak to loudness: true peak over integrated loudness, both since the last reset, in dB; 0 while there is none.
    pub plr_db: f64,
    /// Correlation of the channels over 400 ms, -1 to 1; 0 in silence.
    pub correlation: f64,
    /// Correlation of the channels since the last reset, -1 to 1; 0 in silence.
    pub overall_correlation: f64,
    /// Power of the right channel over that of the left, over 400 ms, in dB; 0 in silence.
    pub balance_db: f64,
    /// RMS of (left + right) / 2 over 400 ms, in dBFS.
    pub mid_dbfs: f64,
    /// RMS of (left - right) / 2 over 400 ms, in dBFS.
    pub side_dbfs: f64,
    /// Flat tops since the last reset, in either channel: runs of at least three equal samples at full scale or at the extreme of what was
    /// measured.
    pub clips: usize,
    /// How long has been measured since the last reset, pauses left out, in seconds.
    pub measured_s: f64,
}

impl Reading {
    /// The greater sample peak since the last reset, in dBFS.
    pub fn peak_dbfs(&self) -> f64 {
        self.max_sample_peak_dbfs[0].max(self.max_sample_peak_dbfs[1])
    }

    /// The greater true peak since the last reset, in dBTP.
    pub fn peak_dbtp(&self) -> f64 {
        self.max_true_peak_dbtp[0].max(self.max_true_peak_dbtp[1])
    }

    /// The verdict on what was measured as a mix.
    pub fn headroom(&self) -> Headroom {
        Headroom::of(self.peak_dbfs(), self.peak_dbtp(), self.clips)
    }

    /// This reading after an older one that nobody saw: the older one's peaks are kept.
    #[must_use]
    pub fn after(mut self, unseen: &Self) -> Self {
        for channel in 0..2 {
            let peak = &mut self.sample_peak_dbfs[channel];
            *peak = peak.max(unseen.sample_peak_dbfs[channel]);
            let peak = &mut self.true_peak_dbtp[channel];
            *peak = peak.max(unseen.true_peak_dbtp[channel]);
        }
        self
    }
}

impl Default for Reading {
    /// Silence.
    fn default() -> Self {
        let none = f64::NEG_INFINITY;
        Self {
            momentary_lufs: none,
            short_term_lufs: none,
            integrated_lufs: none,
            loudness_range_lu: 0.0,
            max_momentary_lufs: none,
            max_short_term_lufs: none,
            sample_peak_dbfs: [none; 2],
            true_peak_dbtp: [none; 2],
            max_sample_peak_dbfs: [none; 2],
            max_true_peak_dbtp: [none; 2],
            rms_dbfs: [none; 2],
            crest_db: [0.0; 2],
            psr_db: 0.0,
            plr_db: 0.0,
            correlation: 0.0,
            overall_correlation: 0.0,
            balance_db: 0.0,
            mid_dbfs: none,
            side_dbfs: none,
            clips: 0,
            measured_s: 0.0,
        }
    }
}
