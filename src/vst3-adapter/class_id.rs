//! The VST3 class id of a CLAP plugin.

use vst3::Steinberg::TUID;

/// FNV-1a, 128 bit: offset basis and prime (G. Fowler, L. C. Noll, K.-P. Vo, "The FNV Non-Cryptographic Hash
/// Algorithm", RFC 9923, section 5).
const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// The 128-bit FNV-1a hash of the CLAP id's bytes, as a VST3 class id.
///
/// The four 32-bit words of the hash, highest first, are the four words of Steinberg's `DECLARE_UID`; so the
/// id reads the same on every platform, although its bytes lie in another order on Windows (COM's GUID).
/// This derivation is frozen: hosts find a project's plugins by it. A plugin should pin its own value in a test.
#[must_use]
pub const fn class_id(clap_id: &str) -> TUID {
    let [a, b, c, d] = words(clap_id);
    vst3::uid(a, b, c, d)
}

/// The four words of [`class_id`], for documents and tests.
#[must_use]
pub const fn words(clap_id: &str) -> [u32; 4] {
    let bytes = clap_id.as_bytes();
    let mut hash = OFFSET_BASIS;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u128).wrapping_mul(PRIME);
        i += 1;
    }
    [(hash >> 96) as u32, (hash >> 64) as u32, (hash >> 32) as u32, hash as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derivation_is_frozen() {
        // The published test vectors of FNV-1a 128 for "" and "a" (RFC 9923, appendix of test values).
        assert_eq!(words(""), [0x6c62_272e, 0x07bb_0142, 0x62b8_2175, 0x6295_c58d]);
        assert_eq!(words("a"), [0xd228_cb69, 0x6f1a_8caf, 0x7891_2b70, 0x4e4a_8964]);
        assert_ne!(class_id("org.example.one"), class_id("org.example.two"));
    }
}
