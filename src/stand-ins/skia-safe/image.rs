//! Encoded data and decoded pictures.

use crate::shader::ShaderKind;
use crate::{Matrix, SamplingOptions, Shader, TileMode};
use std::io::Cursor;
use std::sync::Arc;
use vello_cpu::{PixelMetadata, Pixmap, peniko::ImageAlphaType};

/// Immutable bytes, cheap to clone.
#[derive(Clone, Debug)]
pub struct Data(Arc<[u8]>);

impl Data {
    /// A copy of `data`.
    pub fn new_copy(data: &[u8]) -> Self {
        Self(data.into())
    }

    /// A copy of `data`.
    ///
    /// # Safety
    ///
    /// None is needed: real Skia borrows here, and asks that `data` outlive the result; this copies.
    pub unsafe fn new_bytes(data: &[u8]) -> Self {
        Self::new_copy(data)
    }
}

/// A decoded picture, premultiplied RGBA. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Image(Arc<Pixmap>);

/// Larger pictures are refused rather than decoded: 64 million pixels are 256 MB.
const MOST_PIXELS: u64 = 64 << 20;

impl Image {
    /// Decodes a PNG or JPEG.
    pub fn from_encoded(data: impl Into<Data>) -> Option<Image> {
        let bytes = data.into().0;
        let pixmap = match &bytes[..] {
            [0x89, b'P', b'N', b'G', ..] => decode_png(&bytes),
            [0xff, 0xd8, 0xff, ..] => decode_jpeg(&bytes),
            _ => None,
        };
        pixmap.map(|p| Self(Arc::new(p)))
    }

    /// Columns.
    pub fn width(&self) -> i32 {
        i32::from(self.0.width())
    }

    /// Rows.
    pub fn height(&self) -> i32 {
        i32::from(self.0.height())
    }

    /// The picture as paint, its first pixel at the origin of `local_matrix`.
    pub fn to_shader<'a>(
        &self,
        tile_modes: impl Into<Option<(TileMode, TileMode)>>,
        sampling: impl Into<SamplingOptions>,
        local_matrix: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        let SamplingOptions = sampling.into();
        let tiles = tile_modes.into().unwrap_or_default();
        let local = local_matrix.into().copied().unwrap_or_default();
        Some(Shader(Arc::new(ShaderKind::Image { image: self.clone(), tiles, local })))
    }

    pub(crate) fn pixmap(&self) -> &Arc<Pixmap> {
        &self.0
    }

    pub(crate) fn from_pixmap(pixmap: Arc<Pixmap>) -> Self {
        Self(pixmap)
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn sized(width: u32, height: u32) -> Option<(u16, u16)> {
    let area = u64::from(width) * u64::from(height);
    if area == 0 || area > MOST_PIXELS {
        return None;
    }
    Some((width.try_into().ok()?, height.try_into().ok()?))
}

fn decode_png(bytes: &[u8]) -> Option<Pixmap> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = sized(reader.info().width, reader.info().height)?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut data).ok()?;
    data.truncate(info.buffer_size());
    let rgba = match info.color_type {
        png::ColorType::Rgba => data,
        png::ColorType::GrayscaleAlpha => {
            data.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]).collect()
        }
        png::ColorType::Rgb | png::ColorType::Grayscale | png::ColorType::Indexed => return None,
    };
    pixmap(rgba, width, height)
}

fn decode_jpeg(bytes: &[u8]) -> Option<Pixmap> {
    use zune_jpeg::zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    let (width, height) = sized(u32::try_from(width).ok()?, u32::try_from(height).ok()?)?;
    pixmap(decoder.decode().ok()?, width, height)
}

fn pixmap(rgba: Vec<u8>, width: u16, height: u16) -> Option<Pixmap> {
    if rgba.len() != usize::from(width) * usize::from(height) * 4 {
        return None;
    }
    Some(Pixmap::from_parts(rgba, width, height, PixelMetadata::new(ImageAlphaType::Alpha, true)))
}
