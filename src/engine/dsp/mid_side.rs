//! Mid and side of a stereo frame.
//!
//! Mid is (left + right)/2 and side (left - right)/2, so left is mid + side and right mid - side.

use super::svf::Frame;

/// Encodes a frame of left and right as mid and side.
#[inline(always)]
pub fn encode([left, right]: Frame) -> Frame {
    [0.5 * (left + right), 0.5 * (left - right)]
}

/// Decodes a frame of mid and side to left and right.
#[inline(always)]
pub fn decode([mid, side]: Frame) -> Frame {
    [mid + side, mid - side]
}

/// Replaces mid and side of a frame of left and right by those that a processor made of them.
///
/// Only the difference is decoded: a frame whose mid and side stay as they were passes bit for bit, which encoding and decoding
/// alone would not do.
#[inline(always)]
pub fn replace(frame: Frame, processed: Frame) -> Frame {
    let was = encode(frame);
    let [left, right] = decode([processed[0] - was[0], processed[1] - was[1]]);
    [frame[0] + left, frame[1] + right]
}

/// Applies linear gains of mid and side to a frame of left and right. Gains of 1 pass it bit for bit.
#[inline(always)]
pub fn amplify(gains: Frame, [left, right]: Frame) -> Frame {
    let [same, other] = encode(gains);
    [same * left + other * right, other * left + same * right]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_decoding_are_inverse() {
        assert_eq!(encode([0.75, -0.25]), [0.25, 0.5]);
        assert_eq!(decode([0.25, 0.5]), [0.75, -0.25]);
    }

    #[test]
    fn what_is_not_changed_passes_bit_for_bit() {
        // decoding what was encoded would round: 0.1 and 1e-17 have no exact sum
        let frame = [0.1, 1e-17];
        assert_ne!(decode(encode(frame)), frame);
        assert_eq!(replace(frame, encode(frame)), frame);
        assert_eq!(amplify([1.0; 2], frame), frame);
    }

    #[test]
    fn gains_act_on_mid_and_side() {
        let frame = [0.5, -0.25];
        let [mid, side] = encode(frame);
        let [left, right] = amplify([2.0, 0.5], frame);
        assert_eq!([left, right], decode([2.0 * mid, 0.5 * side]));
        assert_eq!(replace(frame, [2.0 * mid, 0.5 * side]), [left, right]);
    }
}
