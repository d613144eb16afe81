//! Is a mix ready to be mastered?

/// Verdict on the peaks of a mix, by the craft's rule that they should lie between -6 and -3 dBFS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Headroom {
    /// Peaks below -6 dBFS: harmless, the mix is only quiet.
    #[default]
    Quiet,
    /// Peaks between -6 and -3 dBFS.
    Good,
    /// Peaks above -3 dBFS, or true peaks above full scale: little room is left to work in.
    Hot,
    /// Samples above full scale, as floats can hold them: nothing is lost.
    Over,
    /// Flat tops: peaks were cut off before the audio came here.
    Clipped,
}

/// The limits of [`Headroom::Good`], in dBFS.
pub const GOOD_DBFS: [f64; 2] = [-6.0, -3.0];

impl Headroom {
    /// Returns the verdict on a mix with this sample peak, this true peak and this number of flat tops (see
    /// [`Reading::clips`](super::Reading::clips)).
    pub fn of(sample_peak_dbfs: f64, true_peak_dbtp: f64, clips: usize) -> Self {
        let [low, high] = GOOD_DBFS;
        if clips > 0 {
            Self::Clipped
        } else if sample_peak_dbfs > 0.0 {
            Self::Over
        } else if sample_peak_dbfs > high || true_peak_dbtp > 0.0 {
            Self::Hot
        } else if sample_peak_dbfs >= low {
            Self::Good
        } else {
            Self::Quiet
        }
    }

    /// Returns its word in files: `quiet`, `good`, `hot`, `over` or `clipped`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Hot => "hot",
            Self::Over => "over",
            Self::Clipped => "clipped",
        }
    }

    /// Returns its word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quiet => "Quiet",
            Self::Good => "Good",
            Self::Hot => "Hot",
            Self::Over => "Over",
            Self::Clipped => "Clipped",
        }
    }

    /// Returns the verdict with its reason, such as "quiet: peaks at -14.0 dBFS".
    pub fn verdict(self, sample_peak_dbfs: f64, true_peak_dbtp: f64, clips: usize) -> String {
        match self {
            _ if sample_peak_dbfs == f64::NEG_INFINITY => "silence".to_owned(),
            Self::Clipped => format!("clipped: {clips} flat {}", if clips == 1 { "top" } else { "tops" }),
            Self::Over => format!("over: {sample_peak_dbfs:+.1} dBFS, above full scale, nothing lost"),
            Self::Hot if true_peak_dbtp > 0.0 => format!("hot: true peaks at {true_peak_dbtp:+.1} dBTP"),
            _ => format!("{}: peaks at {sample_peak_dbfs:.1} dBFS", self.id()),
        }
    }

    /// Returns one sentence on what it means.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Quiet => "Peaks below -6 dBFS: nothing is lost, and input gain makes up for it.",
            Self::Good => "Peaks between -6 and -3 dBFS: as a mix should come to mastering.",
            Self::Hot => "Peaks above -3 dBFS: ask for a mix with more headroom, or lower the input gain.",
            Self::Over => "Samples above full scale: nothing is lost; lower the input gain.",
            Self::Clipped => {
                "Peaks are cut off: ask for a mix that does not clip; mastering cannot bring them back."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule() {
        for (peak_dbfs, true_peak_dbtp, clips, verdict) in [
            (f64::NEG_INFINITY, f64::NEG_INFINITY, 0, Headroom::Quiet),
            (-6.01, -6.0, 0, Headroom::Quiet),
            (-6.0, -5.9, 0, Headroom::Good),
            (-3.0, -2.9, 0, Headroom::Good),
            (-2.99, -2.9, 0, Headroom::Hot),
            (-6.5, 0.1, 0, Headroom::Hot),
            (0.0, 0.5, 0, Headroom::Hot),
            (3.0, 3.1, 0, Headroom::Over),
            (0.0, 0.0, 1, Headroom::Clipped),
            (-12.0, -11.0, 1, Headroom::Clipped),
        ] {
            assert_eq!(
                Headroom::of(peak_dbfs, true_peak_dbtp, clips),
                verdict,
                "{peak_dbfs} dBFS, {clips} clips"
            );
        }
    }

    #[test]
    fn verdicts_name_their_reason() {
        let verdict =
            |peak, true_peak, clips| Headroom::of(peak, true_peak, clips).verdict(peak, true_peak, clips);
        assert_eq!(verdict(-14.04, -13.0, 0), "quiet: peaks at -14.0 dBFS");
        assert_eq!(verdict(-0.5, -0.1, 0), "hot: peaks at -0.5 dBFS");
        assert_eq!(verdict(-7.0, 0.3, 0), "hot: true peaks at +0.3 dBTP");
        assert_eq!(verdict(3.25, 4.0, 0), "over: +3.2 dBFS, above full scale, nothing lost");
        assert_eq!(verdict(-3.0, -2.0, 1), "clipped: 1 flat top");
        assert_eq!(verdict(f64::NEG_INFINITY, f64::NEG_INFINITY, 0), "silence");
    }
}
