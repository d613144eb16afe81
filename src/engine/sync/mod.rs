//! Lock-free channels between two threads, of any type. All are wait-free on the audio side: nothing here locks, and nothing that the
//! audio thread calls allocates or frees.
//!
//! | channel | direction | mechanism |
//! |---|---|---|
//! | [`readings`] | audio to GUI | triple buffer of the latest value; peaks are merged until read |
//! | [`history`] | audio to GUI | ring of atomic words, each a whole point; the oldest is overwritten |
//! | [`commands`] | GUI to audio | ring of a `Copy` type |
//! | [`tap`] | audio to GUI | ring of samples; blocks are dropped when it is full or nobody listens; not used yet |
//! | [`handoff`] | worker to audio and back | two rings of boxes: the audio thread never frees; not used yet |
//!
//! Each function returns the two ends; each end belongs to one thread. The engine creates its channels to a window in `link.rs`.

mod commands;
mod handoff;
mod history;
mod readings;
mod tap;

pub use commands::{CommandReceiver, CommandSender, commands};
pub use handoff::{HandoffReceiver, HandoffSender, handoff};
pub use history::{HistoryReader, HistoryWriter, Word, history};
pub use readings::{Merge, ReadingReader, ReadingWriter, readings};
pub use tap::{TapReader, TapWriter, tap};
