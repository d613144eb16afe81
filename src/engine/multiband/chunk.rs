//! The piece of a block that the compressor works on at once.

use crate::dsp::svf::Frame;

/// Frames between two updates at control rate. The grid is absolute: it counts from `reset`.
pub(super) const CHUNK: usize = 16;

/// Frames of one chunk.
pub(super) type Chunk = [Frame; CHUNK];
