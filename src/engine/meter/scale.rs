//! The meter's steps in time and its scale of loudness.

use crate::units::db_from_power;

/// The meter works in steps of 2.5 ms: the number of steps in a second.
pub(super) const STEPS_A_SECOND: usize = 400;
/// Number of steps in a tick of 10 ms.
pub(super) const STEPS_A_TICK: usize = 4;
/// Number of steps in a hop of 100 ms.
pub(super) const STEPS_A_HOP: usize = 40;

/// Loudness in LUFS of a K-weighted power of 1: BS.1770-5, annex 1, equation 2. The constant makes a 997 Hz sine at 0 dBFS in one
/// channel read -3.01 LUFS.
const LOUDNESS_OFFSET_LU: f64 = -0.691;

/// Returns the loudness in LUFS of a mean K-weighted power, summed over channels. Zero gives minus infinity.
pub(super) fn lufs_from_energy(power: f64) -> f64 {
    LOUDNESS_OFFSET_LU + db_from_power(power)
}

/// Inverts [`lufs_from_energy`].
pub(super) fn energy_from_lufs(loudness_lufs: f64) -> f64 {
    10f64.powf((loudness_lufs - LOUDNESS_OFFSET_LU) / 10.0)
}
