//! `analyze --plot`: loudness over time with true peaks, and long-term spectra, as SVG or PNG.

use std::path::Path;

use garnish_engine::meter::Point;
use garnish_studio::analysis::Analysis;
use garnish_studio::chart::{Axis, Chart, Line, colour, svg};
use plotters::style::RGBColor;

use crate::Failure;

/// What a plot needs of a file; the audio itself may go.
#[derive(Clone, Debug)]
pub struct Programme {
    name: String,
    duration_s: f64,
    integrated_lufs: Option<f64>,
    points: Vec<Point>,
    spectrum: Vec<(f64, f64)>,
}

/// The picture's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scalable; text stays text.
    Svg,
    /// Pixels, two for each unit of the SVG.
    Png,
}

/// The font of PNG text: Inter, under the SIL Open Font License (see its folder). No system font is asked for, so that the
/// picture is the same on every machine.
const FONT: &[u8] = include_bytes!("../../plugin-assets/fonts/Inter.ttf");

/// Pixels of a PNG for each unit of the SVG.
const PNG_SCALE: f32 = 2.0;

/// Points across a chart, at most: more would not be seen.
const COLUMNS: usize = 1_800;

impl Programme {
    /// Takes a measured file, its history of a point every 100 ms, and its spectrum in Hz and dB.
    pub fn new(analysis: &Analysis, points: Vec<Point>, spectrum: Vec<(f64, f64)>) -> Self {
        Self {
            name: Path::new(&analysis.path)
                .file_name()
                .map_or_else(|| analysis.path.clone(), |name| name.to_string_lossy().into_owned()),
            duration_s: analysis.duration_s,
            integrated_lufs: analysis.integrated_lufs,
            points,
            spectrum,
        }
    }

    /// Every level in LUFS or dBTP over one axis.
    fn loudness(&self) -> Chart {
        let bottom = (self.integrated_lufs.unwrap_or(-23.0) / 5.0).floor() * 5.0 - 25.0;
        // A window that audio does not yet fill tells nothing.
        let line = |name: &str, colour, full_s: f64, level: fn(&Point) -> f64| {
            let points = thinned(&self.points, bottom, level);
            Line::new(name, colour, points.into_iter().filter(|(at_s, _)| *at_s >= full_s - 0.01).collect())
        };
        let mut lines = vec![
            line("true peak, dBTP", colour::REDUCTION, 0.0, |p| p.true_peak_dbtp),
            line("momentary, LUFS", colour::DIM, 0.4, |p| p.momentary_lufs),
            line("short-term, LUFS", colour::MASTER, 3.0, |p| p.short_term_lufs),
        ];
        if let Some(level) = self.integrated_lufs {
            let ends = vec![(0.0, level), (self.duration_s, level)];
            lines.push(Line::new(format!("integrated, {level:.1} LUFS"), colour::REFERENCE, ends));
        }
        let top = lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y).fold(0.0, f64::max);
        Chart {
            title: self.name.clone(),
            x: Axis::even("s", 0.0..self.duration_s.max(0.1)),
            y: Axis::even("LUFS, dBTP", bottom..(top / 3.0).ceil().mul_add(3.0, 3.0)),
            lines,
        }
    }
}

/// The greatest level of each column, never below the chart's bottom.
fn thinned(points: &[Point], bottom: f64, level: fn(&Point) -> f64) -> Vec<(f64, f64)> {
    let width = points.len().div_ceil(COLUMNS).max(1);
    let mut end_s = 0.0;
    points
        .chunks(width)
        .map(|column| {
            // A point every 100 ms, told at its end.
            end_s += 0.1 * garnish_engine::units::count(column.len());
            (end_s, column.iter().map(level).fold(bottom, f64::max))
        })
        .collect()
}

/// The format that a file name asks for.
///
/// # Errors
///
/// If it ends neither in svg nor in png.
pub fn format_of(path: &Path) -> Result<Format, Failure> {
    match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(Format::Svg),
        Some("png") => Ok(Format::Png),
        _ => Err(Failure(format!("{} is neither .svg nor .png: name the plot so", path.display()))),
    }
}

/// A loudness chart for each programme, and one of all their spectra.
///
/// # Errors
///
/// If the drawing library fails: its own words.
pub fn draw(programmes: &[Programme], format: Format) -> Result<Vec<u8>, Failure> {
    let mut charts: Vec<Chart> = programmes.iter().map(Programme::loudness).collect();
    let colours = [colour::MASTER, colour::REFERENCE, colour::REDUCTION].into_iter().chain(colour::MORE);
    charts.push(spectra(programmes, colours.cycle()));
    let text = svg(&charts).map_err(failed)?;
    match format {
        Format::Svg => Ok(text.into_bytes()),
        Format::Png => png(&text),
    }
}

fn spectra(programmes: &[Programme], colours: impl Iterator<Item = RGBColor>) -> Chart {
    let lines: Vec<Line> = programmes
        .iter()
        .zip(colours)
        .map(|(programme, colour)| Line::new(programme.name.clone(), colour, programme.spectrum.clone()))
        .collect();
    let levels = lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y);
    let top = levels.filter(|y| y.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let top = if top.is_finite() { (top / 5.0).ceil() * 5.0 } else { 0.0 };
    let mut lines = lines;
    for (_, y) in lines.iter_mut().flat_map(|line| &mut line.points) {
        *y = y.max(top - 60.0);
    }
    Chart {
        title: "Long-term spectrum, sixth octaves, tilted by 4.5 dB an octave".to_owned(),
        x: Axis::frequency(),
        y: Axis::even("dB", top - 60.0..top),
        lines,
    }
}

fn png(svg: &str) -> Result<Vec<u8>, Failure> {
    let mut options = resvg::usvg::Options { font_family: "Inter".to_owned(), ..Default::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("Inter");
    let tree = resvg::usvg::Tree::from_str(svg, &options).map_err(failed)?;
    let size = tree
        .size()
        .to_int_size()
        .scale_by(PNG_SCALE)
        .ok_or_else(|| Failure("the plot has no size: plot fewer files".into()))?;
    let mut pixels = resvg::tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| Failure("the plot is too large for a PNG: plot fewer files, or write SVG".into()))?;
    let scale = resvg::tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE);
    resvg::render(&tree, scale, &mut pixels.as_mut());
    pixels.encode_png().map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure(format!("the plot cannot be drawn: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use garnish_media::Audio;
    use garnish_studio::analysis::analyse_with;
    use garnish_studio::report::spectrum;

    fn programme(path: &str) -> Programme {
        let channel = (0..480_000_u32)
            .map(|n| 0.5 * (f64::from(n) * 0.05).sin() * (f64::from(n) * 1e-5).cos())
            .map(garnish_engine::units::narrow);
        let audio = Audio { sample_rate_hz: 48_000, channels: vec![channel.collect()] };
        let mut points = Vec::new();
        let analysis = analyse_with(path, &audio, |_, meter| points.extend(meter.take_point()));
        assert_eq!(points.len(), 100);
        Programme::new(&analysis, points, spectrum(&audio))
    }

    #[test]
    fn an_svg_shows_loudness_peaks_and_spectra_of_all() {
        let programmes = [programme("some/first.wav"), programme("second.wav")];
        let text = String::from_utf8(draw(&programmes, Format::Svg).unwrap()).unwrap();
        for shown in
            ["first.wav", "second.wav", "true peak", "momentary", "short-term", "integrated", "spectrum"]
        {
            assert!(text.contains(shown), "{shown}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf,"));
    }

    #[test]
    fn a_png_holds_the_picture_text_included() {
        let png = draw(&[programme("first.wav")], Format::Png).unwrap();
        let pixels = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (1_920, 1_360));
        // The caption is the only thing so bright at the top.
        let bright =
            |p: &resvg::tiny_skia::PremultipliedColorU8| p.red() > 200 && p.green() > 200 && p.blue() > 200;
        assert!(pixels.pixels()[..1_920 * 70].iter().filter(|p| bright(p)).count() > 100);
    }

    #[test]
    fn long_programmes_keep_their_peaks() {
        let mut points = vec![Point::SILENCE; 100_000];
        points[77_777].true_peak_dbtp = 1.5;
        let line = thinned(&points, -60.0, |p| p.true_peak_dbtp);
        assert!(line.len() <= COLUMNS);
        assert!((line.last().unwrap().0 - 10_000.0).abs() < 1e-6);
        assert_eq!(line.iter().filter(|(_, y)| *y == 1.5).count(), 1);
    }

    #[test]
    fn other_names_are_refused() {
        assert_eq!(format_of(Path::new("a.SVG")).unwrap(), Format::Svg);
        assert_eq!(format_of(Path::new("a.png")).unwrap(), Format::Png);
        assert!(format_of(Path::new("a.jpg")).is_err() && format_of(Path::new("png")).is_err());
    }
}
