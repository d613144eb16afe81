//! Converts any file that can be read to WAV with 32-bit floats, in pieces, and prints what is known about it.
//!
//! `cargo run -p garnish-media --example convert -- IN OUT.wav`
#![allow(clippy::print_stdout, reason = "it prints what it found")]

use garnish_media::{Error, Format, Reader, Writer};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        println!("usage: convert IN OUT.wav");
        return Ok(());
    };
    let mut reader = Reader::open(input)?;
    let (rate_hz, channels) = (reader.info().sample_rate_hz, reader.info().channels);
    println!("{}, {rate_hz} Hz, {channels} channels", reader.info().description);
    for extra in &reader.info().extras {
        println!("also holds: {extra}");
    }
    let mut writer = Writer::create(output, Format::WavF32, rate_hz, channels)?;
    let mut planes = vec![vec![0.0; 65_536]; channels];
    loop {
        let frames = reader.read(&mut planes)?;
        if frames == 0 {
            break;
        }
        let full: Vec<_> = planes.iter().map(|plane| &plane[..frames]).collect();
        writer.write(&full)?;
    }
    for warning in reader.warnings() {
        println!("warning: {warning}");
    }
    println!("{} frames", writer.finish()?.frames);
    Ok(())
}
