//! Is a mix ready to be mastered?

/// The craft's rule that a mix should peak between -6 and -3 dBFS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Headroom {
    /// Peaks below -6 dBFS: harmless, but the mix could be louder.
    #[default]
    Low,
    /// Peaks between -6 and -3 dBFS.
    Good,
    /// Peaks above -3 dBFS: little room is left to work in.
    Hot,
    /// Runs of full-scale samples: the peaks were cut off before they came here.
    Clipped,
}

/// The limits of [`Headroom::Good`], in dBFS.
pub const GOOD_DBFS: [f64; 2] = [-6.0, -3.0];

impl Headroom {
    /// The verdict on a mix with this sample peak and so many clips (see [`Reading::clips`](super::Reading::clips)).
    pub fn of(sample_peak_dbfs: f64, clips: usize) -> Self {
        let [low, high] = GOOD_DBFS;
        if clips > 0 {
            Self::Clipped
        } else if sample_peak_dbfs > high {
            Self::Hot
        } else if sample_peak_dbfs >= low {
            Self::Good
        } else {
            Self::Low
        }
    }

    /// The word that stands for it in files: `low`, `good`, `hot` or `clipped`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Good => "good",
            Self::Hot => "hot",
            Self::Clipped => "clipped",
        }
    }

    /// One sentence on what it means.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Low => "Peaks below -6 dBFS: nothing is lost, and input gain makes up for it.",
            Self::Good => "Peaks between -6 and -3 dBFS: as a mix should come to mastering.",
            Self::Hot => "Peaks above -3 dBFS: ask for a mix with more headroom, or lower the input gain.",
            Self::Clipped => {
                "Peaks are cut off at full scale: ask for a mix that does not clip; mastering cannot bring them back."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule() {
        for (peak_dbfs, clips, verdict) in [
            (f64::NEG_INFINITY, 0, Headroom::Low),
            (-6.01, 0, Headroom::Low),
            (-6.0, 0, Headroom::Good),
            (-3.0, 0, Headroom::Good),
            (-2.99, 0, Headroom::Hot),
            (3.0, 0, Headroom::Hot),
            (0.0, 1, Headroom::Clipped),
        ] {
            assert_eq!(Headroom::of(peak_dbfs, clips), verdict, "{peak_dbfs} dBFS, {clips} clips");
        }
    }
}
