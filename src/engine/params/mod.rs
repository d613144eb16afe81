//! The parameters: what hosts automate, presets and states hold, `--set` takes and the manual lists.
//!
//! Each module describes its own settings as [`Row`]s, in its `params.rs`; [`table()`] puts all rows together. The files in the order in
//! which they import each other:
//!
//! | file | what it holds |
//! |---|---|
//! | `plain` | a setting as a number, and lists of choices |
//! | `range` | values, resolution and travel of a setting |
//! | `text` | values as text with units, both ways |
//! | `row` | a module's description of one of its settings |
//! | `param` | one parameter of the plugin: a row with its module and default |
//! | `table` | all parameters: the only file that knows every module |
//!
//! A value reaches the engine as the same number from host, text, preset, state or command line: each passes through the
//! parameter's normalised 32-bit form, and [`Param::plain`] rounds what comes back to the parameter's resolution. So
//! 5.1 kHz is exactly 5100 everywhere. Ids and ranges are permanent.

mod param;
pub(crate) mod plain;
pub(crate) mod range;
pub(crate) mod row;
mod table;
pub(crate) mod text;

pub use param::{Module, Param};
pub use plain::{Choice, Plain};
pub use range::Range;
pub use row::{Field, Role, Row};
pub use table::{by_id, latency, table};
pub use text::Unit;
