//! Bringing a master to a loudness by its gains.

use std::fmt;

use garnish_engine::Settings;
use garnish_engine::params::by_id;

/// Greatest distance from the target that counts as met, in LU.
pub const TOLERANCE_LU: f64 = 0.05;

/// Number of passes after which a search gives up.
pub const MAX_PASSES: usize = 8;

/// Least growth of loudness with gain, in LU per dB: below it the limiter takes away what gain adds.
const SATURATED: f64 = 0.1;

/// Result of a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// Settings of the last pass.
    pub settings: Settings,
    /// Integrated loudness of the last pass, in LUFS.
    pub loudness_lufs: f64,
    /// Number of passes made.
    pub passes: usize,
    /// What kept the target from being met.
    pub miss: Option<Miss>,
}

impl Reached {
    /// Tells whether the target was met.
    pub fn meets(&self, target_lufs: f64) -> bool {
        (self.loudness_lufs - target_lufs).abs() <= TOLERANCE_LU
    }
}

/// What keeps a target from being met. Its text completes "The target was not met: ".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Miss {
    /// The programme is digital silence.
    Silence,
    /// The programme is shorter than the 0.4 s that loudness needs; its length in seconds.
    TooShort(f64),
    /// The programme stays below -70 LUFS, where no loudness is defined.
    BelowGate,
    /// The chain is bypassed.
    Bypassed,
    /// All gains that raise the level are at their greatest.
    GainsAtMost,
    /// All gains that lower the level are at their least.
    GainsAtLeast,
    /// The limiter takes away what gain adds; its ceiling in dBTP.
    Saturated(f64),
    /// The passes were used up.
    Passes,
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silence => f.write_str("the programme is digital silence"),
            Self::TooShort(seconds) => {
                write!(f, "the programme lasts {seconds:.3} s, and integrated loudness needs 0.4 s")
            }
            Self::BelowGate => f.write_str("the master stays below -70 LUFS, where no loudness is defined"),
            Self::Bypassed => f.write_str("the chain is bypassed; leave bypass off"),
            Self::GainsAtMost => f.write_str(
                "limiter_gain, input_gain and output_gain are at their greatest; choose a lower target or a louder mix",
            ),
            Self::GainsAtLeast => {
                f.write_str("limiter_gain, input_gain and output_gain are at their least; choose a higher target")
            }
            Self::Saturated(ceiling_dbtp) => write!(
                f,
                "the limiter takes away what more gain adds; raise limiter_ceiling ({ceiling_dbtp:.1} dBTP), choose a denser \
                 limiter_style or a lower target"
            ),
            Self::Passes => f.write_str("no pass came nearer; set the gains by hand"),
        }
    }
}

/// What a measured loudness means for a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The target is met.
    Met,
    /// [`Search::driven`] has new settings to try.
    Again,
    /// There is nothing left to try.
    Stuck(Miss),
}

/// Finds the gains that give a loudness.
///
/// Loudness grows with gain, but less than dB for dB where the chain compresses: each step corrects by the error, scaled by the
/// slope between the last two (the secant method), and never leaves the bracket found so far.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    settings: Settings,
    target_lufs: f64,
    tolerance_lu: f64,
    drive_db: f64,
    slope: f64,
    bracket: (f64, f64),
    last: Option<(f64, f64)>,
}

impl Search {
    /// Starts a search from `settings` as they are.
    pub fn new(settings: &Settings, target_lufs: f64) -> Self {
        Self {
            settings: *settings,
            target_lufs,
            tolerance_lu: TOLERANCE_LU,
            drive_db: 0.0,
            slope: 1.0,
            bracket: (f64::NEG_INFINITY, f64::INFINITY),
            last: None,
        }
    }

    /// Continues from the gains found so far with another way of measuring, which must come within `tolerance_lu`.
    #[must_use]
    pub fn refined(self, tolerance_lu: f64) -> Self {
        Self { tolerance_lu, bracket: (f64::NEG_INFINITY, f64::INFINITY), last: None, ..self }
    }

    /// Continues with `drive_db` more level than `settings`, without a measurement.
    #[must_use]
    pub fn driven_by(self, drive_db: f64) -> Self {
        Self { drive_db, ..self }
    }

    /// Returns the settings to try now.
    pub fn driven(&self) -> Settings {
        drive(&self.settings, self.drive_db)
    }

    /// Takes the loudness in LUFS that [`driven`](Self::driven) gave.
    pub fn take(&mut self, loudness_lufs: f64) -> Verdict {
        let error_lu = self.target_lufs - loudness_lufs;
        if error_lu.abs() <= self.tolerance_lu {
            return Verdict::Met;
        }
        if self.settings.bypass {
            return Verdict::Stuck(Miss::Bypassed);
        }
        if !error_lu.is_finite() {
            return Verdict::Stuck(Miss::BelowGate);
        }
        let up = error_lu > 0.0;
        let end = if up { &mut self.bracket.0 } else { &mut self.bracket.1 };
        *end = if up { end.max(self.drive_db) } else { end.min(self.drive_db) };
        let mut saturated = false;
        if let Some((drive_db, lufs)) = self.last {
            let slope = (loudness_lufs - lufs) / (self.drive_db - drive_db);
            if slope.is_finite() {
                saturated = up && self.drive_db > drive_db && slope < SATURATED && error_lu > 1.0;
                // a slope outside this is noise of the gates
                self.slope = slope.clamp(SATURATED, 2.0);
            }
        }
        let limiter = &self.settings.limiter;
        let ceiling = Miss::Saturated(limiter.stage.ceiling_db);
        if saturated && limiter.on {
            return Verdict::Stuck(ceiling);
        }
        let driven = self.driven();
        self.last = Some((self.drive_db, loudness_lufs));
        let mut next_db = self.drive_db + error_lu / self.slope;
        if next_db <= self.bracket.0 || next_db >= self.bracket.1 {
            next_db = 0.5 * (self.bracket.0 + self.bracket.1);
        }
        self.drive_db = next_db;
        if self.driven() != driven {
            return Verdict::Again;
        }
        Verdict::Stuck(if error_lu.abs() < 0.2 {
            Miss::Passes
        } else if !up {
            Miss::GainsAtLeast
        } else if limiter.on && self.slope < 0.5 {
            ceiling
        } else {
            Miss::GainsAtMost
        })
    }
}

/// Renders until the loudness is within [`TOLERANCE_LU`] of the target, at most [`MAX_PASSES`] times.
///
/// # Errors
/// The first error of `render`, which gets settings and the number of the pass and returns the loudness in LUFS.
pub fn reach<E>(
    settings: &Settings,
    target_lufs: f64,
    mut render: impl FnMut(&Settings, usize) -> Result<f64, E>,
) -> Result<Reached, E> {
    let mut search = Search::new(settings, target_lufs);
    let mut passes = 0;
    loop {
        let settings = search.driven();
        passes += 1;
        let loudness_lufs = render(&settings, passes)?;
        let miss = match search.take(loudness_lufs) {
            Verdict::Again if passes < MAX_PASSES => continue,
            Verdict::Again => Some(Miss::Passes),
            Verdict::Stuck(miss) => Some(miss),
            Verdict::Met => None,
        };
        return Ok(Reached { settings, loudness_lufs, passes, miss });
    }
}

/// Tells whether everything before the limiter only filters, so that a gain can be moved across it.
pub fn is_linear(settings: &Settings) -> bool {
    !settings.multiband.on && !settings.saturator.on
}

/// Returns the settings with `drive_db` more level (less if negative).
///
/// Upwards the limiter's gain moves first, if the limiter is on, then input and output gain. Downwards the limiter's gain is taken back
/// first. Then the input gain is lowered where all before the limiter is linear; where it compresses or saturates, the output gain, so
/// that the sound stays. What one gain cannot do, the next one does.
pub fn drive(settings: &Settings, drive_db: f64) -> Settings {
    let after_limiter_gain = if drive_db < 0.0 && !is_linear(settings) {
        ["output_gain", "input_gain"]
    } else {
        ["input_gain", "output_gain"]
    };
    let limiter = settings.limiter.on.then_some("limiter_gain");
    let (mut driven, mut rest_db) = (*settings, drive_db);
    for param in limiter.into_iter().chain(after_limiter_gain).filter_map(by_id) {
        // half of a gain's step: nearer it does not come
        if rest_db.abs() < 0.005 {
            break;
        }
        let before_db = param.get(&driven);
        param.set(&mut driven, before_db + rest_db);
        rest_db -= param.get(&driven) - before_db;
    }
    driven
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn gains(settings: &Settings) -> [f64; 3] {
        ["input_gain", "limiter_gain", "output_gain"].map(|id| by_id(id).unwrap().get(settings))
    }

    /// A chain whose loudness follows gain less and less, as a limiter's does.
    fn squashed(input_lufs: f64, settings: &Settings) -> f64 {
        let [input, limiter, output] = gains(settings);
        let level = input_lufs + input + limiter;
        output - 6.0 - 8.0 * (1.0 + (-(level + 6.0) / 8.0).exp()).ln()
    }

    fn search(input_lufs: f64, target_lufs: f64) -> Reached {
        reach(&Settings::default(), target_lufs, |settings, _| {
            Ok::<_, Infallible>(squashed(input_lufs, settings))
        })
        .unwrap()
    }

    #[test]
    fn any_target_in_reach_is_met_within_the_passes() {
        for input_lufs in [-50.0, -40.0, -30.0, -20.0, -14.0] {
            let most = squashed(input_lufs, &drive(&Settings::default(), 48.0)).min(-7.0);
            for tenth in -700..=-60 {
                let target = f64::from(tenth) / 10.0;
                if target > most || target < input_lufs - 47.0 {
                    continue;
                }
                let reached = search(input_lufs, target);
                assert!(
                    reached.meets(target) && reached.miss.is_none(),
                    "{input_lufs} to {target}: {reached:?}"
                );
            }
        }
    }

    #[test]
    fn a_target_out_of_reach_ends_and_says_why() {
        let reached = search(-20.0, 3.0);
        assert!(!reached.meets(3.0) && reached.passes <= MAX_PASSES);
        assert!(matches!(reached.miss, Some(Miss::Saturated(_))), "{reached:?}");
        assert_eq!(search(-69.0, -14.0).miss, Some(Miss::GainsAtMost));
        assert_eq!(search(-8.0, -70.0).miss, Some(Miss::GainsAtLeast));
        let silent = search(f64::NEG_INFINITY, -14.0);
        assert_eq!((silent.passes, silent.miss), (1, Some(Miss::BelowGate)));
        let bypassed = Settings { bypass: true, ..Settings::default() };
        let reached = reach(&bypassed, -14.0, |_, _| Ok::<_, Infallible>(-20.0)).unwrap();
        assert_eq!((reached.passes, reached.miss), (1, Some(Miss::Bypassed)));
    }

    #[test]
    fn gains_move_in_their_order() {
        let linear = Settings::default();
        assert_eq!(gains(&drive(&linear, 10.0)), [0.0, 10.0, 0.0]);
        assert_eq!(gains(&drive(&linear, 30.0)), [6.0, 24.0, 0.0]);
        assert_eq!(gains(&drive(&linear, -10.0)), [-10.0, 0.0, 0.0]);
        assert_eq!(gains(&drive(&linear, -30.0)), [-24.0, 0.0, -6.0]);
        let mut driven = drive(&linear, 10.0);
        assert_eq!(gains(&drive(&driven, -12.0)), [-2.0, 0.0, 0.0]);
        driven.saturator.on = true;
        assert_eq!(gains(&drive(&driven, -12.0)), [0.0, 0.0, -2.0]);
        driven.limiter.on = false;
        assert_eq!(gains(&drive(&driven, 3.0)), [3.0, 10.0, 0.0]);
    }
}
