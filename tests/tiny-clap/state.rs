//! State: a mark, a version, and every writable value.

use std::ffi::c_void;

use clap_sys::stream::{clap_istream, clap_ostream};

use crate::params::{COUNT, PARAMS, Values, index};

const MARK: &[u8; 8] = b"tinyclp1";
const LENGTH: usize = MARK.len() + 12 * COUNT;

pub(crate) fn save(values: &Values, stream: &clap_ostream) -> bool {
    let mut bytes = MARK.to_vec();
    for param in &PARAMS {
        bytes.extend((param.id as u32).to_le_bytes());
        bytes.extend(values.get(param.id).to_le_bytes());
    }
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let Some(write) = stream.write else { return false };
        // Seven bytes at a time: hosts must take short writes.
        let size = rest.len().min(7);
        // SAFETY: CLAP stream.h, write: a buffer of the stated size.
        let written = unsafe { write(stream, rest.as_ptr().cast::<c_void>(), size as u64) };
        match usize::try_from(written) {
            Ok(written @ 1..) => rest = &rest[written.min(size)..],
            _ => return false,
        }
    }
    true
}

/// Takes a whole and sound state over, or nothing.
pub(crate) fn load(values: &Values, stream: &clap_istream) -> bool {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 13];
    loop {
        let Some(read) = stream.read else { return false };
        // SAFETY: CLAP stream.h, read: a buffer of the stated size.
        let count = unsafe { read(stream, chunk.as_mut_ptr().cast::<c_void>(), chunk.len() as u64) };
        match usize::try_from(count) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&chunk[..count.min(chunk.len())]),
            Err(_) => return false,
        }
        if bytes.len() > LENGTH {
            return false;
        }
    }
    let Some(rows) = bytes.strip_prefix(MARK).filter(|_| bytes.len() == LENGTH) else { return false };
    let mut read = [(0, 0.0); COUNT];
    for (row, to) in rows.chunks_exact(12).zip(&mut read) {
        let (id, value) = row.split_at(4);
        let (Ok(id), Ok(value)) = (id.try_into(), value.try_into()) else { return false };
        *to = (u32::from_le_bytes(id), f64::from_le_bytes(value));
        if index(to.0).is_none() || !to.1.is_finite() {
            return false;
        }
    }
    read.iter().all(|(id, value)| values.set(*id, *value))
}
