//! Pictures of an editor: RGBA, 8 bits, opaque; as files, and compared with each other.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

/// A picture, rows from the top, four bytes a pixel (red, green, blue, alpha; not premultiplied).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// How two pictures of the same size differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The greatest difference of any channel of any pixel.
    pub greatest: u8,
    /// The share (0 to 1) of pixels with a channel off by more than the tolerance asked for.
    pub share: f64,
}

impl Picture {
    /// The pixel at (`x`, `y`); black outside.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        let inside = x < self.width && y < self.height;
        let bytes = self.rgba.get(at..at + 4).filter(|_| inside);
        bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or([0, 0, 0, 255])
    }

    /// Writes a PNG file, and the folders above it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(&self.rgba)?;
        Ok(())
    }

    /// Reads an 8-bit RGBA PNG file, such as [`save`](Self::save) writes.
    ///
    /// # Errors
    /// When the file cannot be read or is another kind of picture.
    pub fn load(path: &Path) -> io::Result<Self> {
        let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
        let bad =
            |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {what}", path.display()));
        let mut rgba = vec![0; reader.output_buffer_size().ok_or_else(|| bad("too large"))?];
        let info = reader.next_frame(&mut rgba)?;
        if (info.color_type, info.bit_depth) != (png::ColorType::Rgba, png::BitDepth::Eight) {
            return Err(bad("not 8-bit RGBA"));
        }
        Ok(Self { width: info.width, height: info.height, rgba })
    }

    /// How `other` differs, counting pixels off by more than `tolerance`. `None` if their sizes differ.
    pub fn difference(&self, other: &Self, tolerance: u8) -> Option<Difference> {
        if (self.width, self.height) != (other.width, other.height) {
            return None;
        }
        let mut greatest = 0;
        let mut count = 0_u32;
        for (a, b) in self.rgba.chunks_exact(4).zip(other.rgba.chunks_exact(4)) {
            let off = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
            greatest = greatest.max(off);
            count += u32::from(off > tolerance);
        }
        let share = f64::from(count) / f64::from((self.width * self.height).max(1));
        Some(Difference { greatest, share })
    }

    /// A picture of the difference: grey where equal, red where `other` is off by more than `tolerance`.
    #[must_use]
    pub fn shown_against(&self, other: &Self, tolerance: u8) -> Self {
        let mut shown = self.clone();
        for (index, pixel) in shown.rgba.chunks_exact_mut(4).enumerate() {
            let theirs = other.rgba.get(index * 4..index * 4 + 4).unwrap_or(&[0, 0, 0, 0]);
            let off = pixel.iter().zip(theirs).any(|(a, b)| a.abs_diff(*b) > tolerance);
            let grey = pixel.iter().take(3).fold(0_u16, |sum, c| sum + u16::from(*c)) / 6;
            let grey = u8::try_from(grey).unwrap_or(u8::MAX);
            pixel.copy_from_slice(&if off { [255, 40, 40, 255] } else { [grey, grey, grey, 255] });
        }
        shown
    }
}

/// Compares a picture with the one kept under `goldens/name.png`. With `UPDATE_GOLDENS=1` in the environment it
/// becomes the one kept, and the difference is written beside it under `scratch`.
///
/// # Errors
/// What differs and where to look, or that there is nothing kept yet.
pub fn check_golden(picture: &Picture, goldens: &Path, scratch: &Path, name: &str) -> Result<(), String> {
    /// Antialiasing may differ a little between processors.
    const TOLERANCE: u8 = 24;
    const SHARE: f64 = 0.001;
    let kept = goldens.join(format!("{name}.png"));
    let (new, shown) =
        (scratch.join(format!("{name}.new.png")), scratch.join(format!("{name}.difference.png")));
    let written = |result: io::Result<()>| result.map_err(|error| format!("{name}: {error}"));
    let before = Picture::load(&kept).ok();
    let difference = before.as_ref().and_then(|before| before.difference(picture, TOLERANCE));
    if let (Some(before), Some(_)) = (&before, difference) {
        written(picture.shown_against(before, TOLERANCE).save(&shown))?;
    }
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        return written(picture.save(&kept));
    }
    match difference {
        Some(difference) if difference.share <= SHARE => Ok(()),
        Some(difference) => {
            written(picture.save(&new))?;
            let percent = difference.share * 100.0;
            Err(format!(
                "{name}: {percent:.2} % of the pixels differ; see {} and {}",
                new.display(),
                shown.display()
            ))
        }
        None => {
            written(picture.save(&new))?;
            Err(format!(
                "{name}: no picture of this size is kept; look at {} and set UPDATE_GOLDENS=1",
                new.display()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(level: u8) -> Picture {
        Picture { width: 20, height: 10, rgba: [level, level, level, 255].repeat(200) }
    }

    #[test]
    fn a_file_holds_the_very_pixels() {
        let path = std::env::temp_dir().join(format!("vizia-plug-{}.png", std::process::id()));
        let mut picture = grey(7);
        picture.rgba[5] = 200;
        picture.save(&path).expect("written");
        assert_eq!(Picture::load(&path).expect("read"), picture);
        fs::remove_file(path).expect("removed");
    }

    #[test]
    fn a_difference_is_found_and_counted() {
        let mut other = grey(7);
        other.rgba[0] = 100;
        let difference = grey(7).difference(&other, 24).expect("same size");
        assert_eq!(difference, Difference { greatest: 93, share: 1.0 / 200.0 });
        assert_eq!(grey(7).shown_against(&other, 24).pixel(0, 0), [255, 40, 40, 255]);
        assert_eq!(grey(7).difference(&Picture { width: 10, height: 20, ..grey(7) }, 0), None);
    }
}
