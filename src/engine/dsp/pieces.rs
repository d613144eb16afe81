//! The pieces that a block is processed in.

use std::ops::Range;

/// Cuts `frames` into ranges of at most `length` frames whose ends lie on an absolute grid.
///
/// `clock` is the number of frames processed since `reset`: the first range ends where `clock` plus its frames is a multiple of
/// `length`, so that the host's block size cannot move what happens on the grid. With a `clock` of 0 the grid starts at the block.
///
/// ```
/// use garnish_engine::dsp::pieces;
///
/// let ranges: Vec<_> = pieces(40, 30, 16).collect();
/// assert_eq!(ranges, [0..2, 2..18, 18..34, 34..40]);
/// ```
pub fn pieces(frames: usize, clock: usize, length: usize) -> impl Iterator<Item = Range<usize>> {
    let length = length.max(1);
    let mut start = 0;
    let mut end = length - clock % length;
    std::iter::from_fn(move || {
        (start < frames).then(|| {
            let piece = start..end.min(frames);
            (start, end) = (piece.end, end.saturating_add(length));
            piece
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_each_other_and_end_on_the_grid() {
        for length in [1, 2, 16, 39, 64] {
            for clock in [0, 1, 15, 16, 63, 64, 1_000] {
                for frames in [0, 1, 16, 63, 64, 65, 500] {
                    let mut at = 0;
                    for piece in pieces(frames, clock, length) {
                        assert_eq!(piece.start, at);
                        assert!(!piece.is_empty() && piece.len() <= length);
                        assert!(piece.end == frames || (clock + piece.end).is_multiple_of(length));
                        at = piece.end;
                    }
                    assert_eq!(at, frames, "{frames} frames from {clock} by {length}");
                }
            }
        }
    }
}
