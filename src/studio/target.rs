//! Bringing a master to a loudness.

use garnish_engine::Settings;
use garnish_engine::params::by_id;

/// How near the target must be met, in LU.
pub const TOLERANCE_LU: f64 = 0.1;

/// Passes after which it is given up.
pub const MAX_PASSES: usize = 8;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// The settings of the last pass.
    pub settings: Settings,
    /// Integrated loudness of the last pass, in LUFS.
    pub loudness_lufs: f64,
    /// Passes made.
    pub passes: usize,
}

impl Reached {
    /// Whether the target was met.
    pub fn meets(&self, target_lufs: f64) -> bool {
        (self.loudness_lufs - target_lufs).abs() <= TOLERANCE_LU
    }
}

/// Renders until the loudness is within [`TOLERANCE_LU`] of the target, at most [`MAX_PASSES`] times: up with the limiter's
/// gain, down with the input gain, both from where `settings` have them.
///
/// Loudness grows with gain, but less than dB for dB where the chain compresses: each pass corrects by the error,
/// scaled by the slope between the last two (the secant method), and never leaves the bracket found so far.
///
/// # Errors
/// The first error of `render`, which gets settings and the number of the pass and returns the loudness in LUFS.
pub fn reach<E>(
    settings: &Settings,
    target_lufs: f64,
    mut render: impl FnMut(&Settings, usize) -> Result<f64, E>,
) -> Result<Reached, E> {
    let mut drive_db = 0.0_f64;
    let mut bracket = (f64::NEG_INFINITY, f64::INFINITY);
    let mut last: Option<(f64, f64)> = None;
    let mut passes = 0;
    loop {
        let driven = drive(settings, drive_db);
        passes += 1;
        let loudness_lufs = render(&driven, passes)?;
        let reached = Reached { settings: driven, loudness_lufs, passes };
        let error_lu = target_lufs - loudness_lufs;
        if reached.meets(target_lufs) || passes == MAX_PASSES || !error_lu.is_finite() {
            return Ok(reached);
        }
        if error_lu > 0.0 {
            bracket.0 = bracket.0.max(drive_db);
        } else {
            bracket.1 = bracket.1.min(drive_db);
        }
        let slope = last.map_or(1.0, |(db, lufs)| (loudness_lufs - lufs) / (drive_db - db));
        // a slope outside this is noise of the gates, or the end of the road
        let slope = if slope.is_finite() { slope.clamp(0.1, 2.0) } else { 1.0 };
        last = Some((drive_db, loudness_lufs));
        let mut next_db = drive_db + error_lu / slope;
        if next_db <= bracket.0 || next_db >= bracket.1 {
            next_db = 0.5 * (bracket.0 + bracket.1);
        }
        if drive(settings, next_db) == driven {
            return Ok(reached); // the gains are at their ends
        }
        drive_db = next_db;
    }
}

/// The settings with `drive_db` more level: more limiter gain above 0, less input gain below.
fn drive(settings: &Settings, drive_db: f64) -> Settings {
    let mut driven = *settings;
    let id = if drive_db > 0.0 { "limiter_gain" } else { "input_gain" };
    if let Some(param) = by_id(id) {
        param.set(&mut driven, param.get(settings) + drive_db);
    }
    driven
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// A chain whose loudness follows gain less and less, as a limiter's does.
    fn squashed(input_lufs: f64, settings: &Settings) -> f64 {
        let gain = |id| by_id(id).unwrap().get(settings);
        let level = input_lufs + gain("input_gain") + gain("limiter_gain");
        -6.0 - 8.0 * (1.0 + (-(level + 6.0) / 8.0).exp()).ln()
    }

    #[test]
    fn any_target_in_reach_is_met_within_the_passes() {
        for input_lufs in [-30.0, -20.0, -14.0] {
            let most = squashed(input_lufs, &drive(&Settings::default(), 24.0));
            for tenth in -380..=-60 {
                let target = f64::from(tenth) / 10.0;
                if target > most || target < input_lufs - 20.0 {
                    continue;
                }
                let reached = reach(&Settings::default(), target, |settings, _| {
                    Ok::<_, Infallible>(squashed(input_lufs, settings))
                })
                .unwrap();
                assert!(reached.meets(target), "{input_lufs} to {target}: {reached:?}");
            }
        }
    }

    #[test]
    fn a_target_out_of_reach_ends() {
        let reached =
            reach(&Settings::default(), 3.0, |settings, _| Ok::<_, Infallible>(squashed(-20.0, settings)))
                .unwrap();
        assert!(!reached.meets(3.0) && reached.passes <= MAX_PASSES);
        let silent =
            reach(&Settings::default(), -14.0, |_, _| Ok::<_, Infallible>(f64::NEG_INFINITY)).unwrap();
        assert_eq!(silent.passes, 1);
    }
}
