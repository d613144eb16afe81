//! Line charts as SVG: what reports and `cargo xtask plot` draw with.

use std::ops::Range;

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Colours by meaning, on the dark ground of the editor.
pub mod colour {
    use plotters::style::RGBColor;

    /// The ground.
    pub const GROUND: RGBColor = RGBColor(0x14, 0x16, 0x1a);
    /// Hairlines.
    pub const HAIRLINE: RGBColor = RGBColor(0x2e, 0x33, 0x3d);
    /// Text.
    pub const TEXT: RGBColor = RGBColor(0xe8, 0xea, 0xee);
    /// Labels, and what came in.
    pub const DIM: RGBColor = RGBColor(0x98, 0xa1, 0xad);
    /// A: the master, and all that is set.
    pub const MASTER: RGBColor = RGBColor(0xf0, 0xb2, 0x4a);
    /// B: the reference.
    pub const REFERENCE: RGBColor = RGBColor(0x62, 0xcf, 0xc4);
    /// Gain reduction, limits and warnings.
    pub const REDUCTION: RGBColor = RGBColor(0xf2, 0x78, 0x6b);
    /// More lines, where those above are taken.
    pub const MORE: [RGBColor; 4] = [
        RGBColor(0xd9, 0x8a, 0xd0),
        RGBColor(0x7c, 0xc7, 0xf2),
        RGBColor(0x9a, 0xdf, 0x8f),
        RGBColor(0x8a, 0xa0, 0xb8),
    ];
}

/// How values map to an axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Name and unit: "level, dB".
    pub title: &'static str,
    /// Least and greatest value shown.
    pub range: Range<f64>,
    /// Equal ratios in equal distances; both ends above 0.
    pub log: bool,
}

impl Axis {
    /// An even axis.
    pub fn even(title: &'static str, range: Range<f64>) -> Self {
        Self { title, range, log: false }
    }

    /// Frequency in Hz, logarithmic, 20 Hz to 20 kHz.
    pub fn frequency() -> Self {
        Self { title: "Hz", range: 20.0..20_000.0, log: true }
    }

    // a logarithmic axis is drawn as an even one of logarithms: plotters' own has no ticks at 1-2-5
    fn place(&self, x: f64) -> f64 {
        if self.log { x.log10() } else { x }
    }

    fn drawn(&self) -> Range<f64> {
        self.place(self.range.start)..self.place(self.range.end)
    }
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name in the legend.
    pub name: String,
    /// Its colour.
    pub colour: RGBColor,
    /// Points (x, y). Those not finite are left out.
    pub points: Vec<(f64, f64)>,
}

impl Line {
    /// A line through these points.
    pub fn new(name: impl Into<String>, colour: RGBColor, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), colour, points }
    }
}

/// A chart of lines.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// Across.
    pub x: Axis,
    /// Up.
    pub y: Axis,
    /// The lines, the last on top.
    pub lines: Vec<Line>,
}

/// Width of a sheet and height of each chart, in pixels.
const SIZE: (u32, u32) = (960, 340);

/// Charts one below the other as one SVG document.
///
/// # Errors
/// If the drawing library fails: its own words.
pub fn svg(charts: &[Chart]) -> Result<String, String> {
    let mut text = String::new();
    let count = charts.len().max(1);
    let height = SIZE.1 * u32::try_from(count).map_err(|error| error.to_string())?;
    {
        let root = SVGBackend::with_string(&mut text, (SIZE.0, height)).into_drawing_area();
        root.fill(&colour::GROUND).map_err(|error| error.to_string())?;
        for (area, chart) in root.split_evenly((count, 1)).iter().zip(charts) {
            draw(area, chart).map_err(|error| error.to_string())?;
        }
        root.present().map_err(|error| error.to_string())?;
    }
    Ok(text)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn<'a, 'b> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Fallible = Result<(), Box<dyn std::error::Error>>;

fn draw(area: &Area<'_>, chart: &Chart) -> Fallible {
    let mut drawn: Drawn<'_, '_> = ChartBuilder::on(area)
        .margin(14)
        .caption(&chart.title, font(17, &colour::TEXT))
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(chart.x.drawn(), chart.y.drawn())
        .map_err(|error| error.to_string())?;
    let log = chart.x.log;
    drawn
        .configure_mesh()
        .axis_style(colour::HAIRLINE)
        .bold_line_style(colour::HAIRLINE)
        .light_line_style(TRANSPARENT)
        .label_style(font(12, &colour::DIM))
        .x_desc(chart.x.title)
        .y_desc(chart.y.title)
        .x_labels(if log { 4 } else { 10 })
        .x_label_formatter(&|x| if log { frequency(10_f64.powf(*x)) } else { short(*x) })
        .y_label_formatter(&|y| short(*y))
        .draw()
        .map_err(|error| error.to_string())?;
    for line in &chart.lines {
        let style = ShapeStyle::from(&line.colour).stroke_width(2);
        let points = line
            .points
            .iter()
            .map(|(x, y)| (chart.x.place(*x), chart.y.place(*y)))
            .filter(|(x, y)| x.is_finite() && y.is_finite());
        drawn
            .draw_series(LineSeries::new(points, style))
            .map_err(|error| error.to_string())?
            .label(line.name.as_str())
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style));
    }
    if chart.lines.iter().any(|line| !line.name.is_empty()) {
        drawn
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(colour::GROUND.mix(0.85))
            .border_style(colour::HAIRLINE)
            .label_font(font(12, &colour::TEXT))
            .draw()
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn font(size: u32, colour: &RGBColor) -> TextStyle<'_> {
    TextStyle::from(("sans-serif", size).into_font()).color(colour)
}

fn frequency(hz: f64) -> String {
    if hz >= 999.5 { format!("{}k", short(hz / 1e3)) } else { short(hz) }
}

fn short(x: f64) -> String {
    let text = format!("{x:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}
