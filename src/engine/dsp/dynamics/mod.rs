//! What a compressor or expander is made of: detector, gain computer, ballistics.
//!
//! A stage composes them in this order (Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design: A Tutorial and
//! Analysis", JAES 60(6), 2012, figure 7c: log-domain detection, ballistics on the gain in dB):
//!
//! 1. [`Detector`] turns samples into powers, [`to_decibels`] powers into levels, and [`link`] ties the channels together.
//! 2. [`Curve`] is the gain computer: from a level in dB to a gain in dB.
//! 3. [`Smoother`] moves that gain with the attack and release of [`Times`].
//!
//! A stage of several bands smooths all of them in one loop with [`smooth`]: each band waits for its own last value only, so
//! several bands take hardly longer than one.
//!
//! ```
//! use garnish_engine::dsp::dynamics::{Branch, Corners, Curve, Detector, Smoother, Times, link, to_decibels};
//!
//! let down = Branch::compress(-20.0, 4.0, 60.0); // threshold in dB, ratio, range in dB
//! let curve = Curve::new(&Corners { down, up: Branch::FLAT, expand: Branch::FLAT, knee_db: 6.0 });
//! let times = Times::new(10.0, 100.0, false, 48_000.0); // attack and release in ms
//! let (mut detector, mut smoother) = (Detector::default(), Smoother::default());
//! let mut reduction_db = [0.0; 2];
//! for _ in 0..48_000 {
//!     let mut levels = detector.power([1.0, 0.1], 0.0); // a constant: its peak is its level
//!     to_decibels(&mut levels);
//!     let loudest = levels[0].max(levels[1]);
//!     // what rises with the level is smoothed: reduction, not gain
//!     let target_db = levels.map(|level_db| -curve.compression_db(link(level_db, loudest, 1.0)));
//!     reduction_db = smoother.next(&times, target_db);
//! }
//! // 20 dB above the threshold, 4 to 1, both channels linked
//! assert!((reduction_db[0] - 15.0).abs() < 1e-6 && reduction_db[1] == reduction_db[0]);
//! ```

mod ballistics;
mod curve;
mod detector;

pub use ballistics::{Smoother, Speeds, Times, smooth};
pub use curve::{Branch, Corners, Curve};
pub use detector::{Detector, FLOOR_DB, FLOOR_POWER, link, to_decibels};
