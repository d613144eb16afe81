//! Every crossing between threads, and no other. All are wait-free on the audio side: nothing here locks, and nothing the audio
//! thread calls allocates or frees.
//!
//! | what | direction | how |
//! |---|---|---|
//! | [`readings`] | audio to GUI | triple buffer, latest wins; peaks are merged until read |
//! | [`history`] | audio to GUI | a ring of atomic words, each a whole point, overwritten for ever |
//! | [`tap`] | audio to GUI | ring of samples, dropped when full or nobody listens |
//! | [`commands`] | GUI to audio | ring of a `Copy` type |
//! | [`handoff`] | worker to audio and back | two rings of boxes: the audio thread never frees |
//!
//! Each function returns the two ends; each end belongs to one thread.

mod commands;
mod handoff;
mod history;
mod readings;
mod tap;

pub use commands::{Command, CommandReceiver, CommandSender, commands};
pub use handoff::{HandoffReceiver, HandoffSender, handoff};
pub use history::{HistoryReader, HistoryWriter, Word, history};
pub use readings::{Merge, ReadingReader, ReadingWriter, readings};
pub use tap::{TapReader, TapWriter, tap};
