//! What the header of a frame of MPEG audio says.

use nanomp3::FrameInfo;

/// Length in bytes of a frame by its header (ISO/IEC 11172-3, section 2.4.2.3, and 13818-3), free format excepted.
pub(super) fn frame_length(bytes: &[u8]) -> Option<usize> {
    const RATES_HZ: [usize; 3] = [44_100, 48_000, 32_000];
    const KBPS: [[usize; 14]; 5] = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let [0xFF, second, third, _, ..] = *bytes else { return None };
    let (version, layer) = ((second >> 3) & 3, 4 - ((second >> 1) & 3));
    if second & 0xE0 != 0xE0 || version == 1 || layer == 4 {
        return None;
    }
    // Version 1 in full; version 2 at half the rates, 2.5 at a quarter.
    let halvings = [2, 0, 1, 0][usize::from(version)];
    let rate = RATES_HZ.get(usize::from((third >> 2) & 3))? >> halvings;
    let row = match (halvings, layer) {
        (0, layer) => usize::from(layer) - 1,
        (_, 1) => 3,
        _ => 4,
    };
    let bits = KBPS[row].get(usize::from(third >> 4).checked_sub(1)?)? * 1000;
    let padding = usize::from((third >> 1) & 1);
    Some(match layer {
        1 => (12 * bits / rate + padding) * 4,
        3 if halvings > 0 => 72 * bits / rate + padding,
        _ => 144 * bits / rate + padding,
    })
}

/// Samples a channel of one frame.
pub(super) fn samples(info: &FrameInfo) -> usize {
    match info.layer {
        1 => 384,
        3 if info.sample_rate < 32_000 => 576,
        _ => 1152,
    }
}
