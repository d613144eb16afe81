//! Gaussian blur of planes of numbers.
//!
//! Small deviations by the sampled kernel; larger ones by three extended box filters, whose cost does not grow
//! with the deviation (Gwosdek, Grewenig, Bruhn, Weickert: Theoretical Foundations of Gaussian Convolution by
//! Extended Box Filtering, 2011; equations 8-10). Both have the deviation asked for (the kernel, from 0.8 on), and are zero beyond
//! [`reach`].

/// How far a blur carries, in samples.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by LARGEST")]
pub(super) fn reach(sigma: f32) -> usize {
    (3.0 * sane(sigma)).ceil() as usize + 1
}

/// Deviations above this are taken for this: the picture is even by then.
const LARGEST: f32 = 256.0;
/// Below this the extended box would be narrower than a sample.
const BOXES_FROM: f32 = 2.0;

fn sane(sigma: f32) -> f32 {
    if sigma.is_nan() { 0.0 } else { sigma.clamp(0.0, LARGEST) }
}

/// Blurs a plane of `width` by `data.len() / width` samples, taking it for zero outside.
pub(super) fn blur(data: &mut [f32], width: usize, sigma: (f32, f32)) {
    if width == 0 || data.len() < width {
        return;
    }
    let height = data.len() / width;
    let mut line = Line::new(sigma.0, width);
    for row in data.chunks_exact_mut(width) {
        line.run(row);
    }
    let mut line = Line::new(sigma.1, height);
    let mut column = vec![0.0; height];
    for x in 0..width {
        for (v, row) in column.iter_mut().zip(data.chunks_exact(width)) {
            *v = row[x];
        }
        line.run(&mut column);
        for (v, row) in column.iter().zip(data.chunks_exact_mut(width)) {
            row[x] = *v;
        }
    }
}

enum Filter {
    None,
    Kernel(Vec<f32>),
    Boxes { whole: usize, edge: f32 },
}

/// Blurs lines of one length.
struct Line {
    filter: Filter,
    /// The line between two zero margins.
    padded: Vec<f32>,
    spare: Vec<f32>,
    margin: usize,
}

impl Line {
    fn new(sigma: f32, len: usize) -> Self {
        let sigma = sane(sigma);
        let filter = if sigma < 0.05 {
            Filter::None
        } else if sigma < BOXES_FROM {
            Filter::Kernel(kernel(sigma))
        } else {
            boxes(sigma)
        };
        let margin = match &filter {
            Filter::None => 0,
            Filter::Kernel(k) => k.len() / 2,
            Filter::Boxes { whole, .. } => whole + 1,
        };
        // Three boxes spread what is in the line beyond it and back.
        let margin = margin * 3;
        Self { filter, padded: vec![0.0; len + 2 * margin], spare: vec![0.0; len + 2 * margin], margin }
    }

    fn run(&mut self, line: &mut [f32]) {
        let inner = self.margin..self.margin + line.len();
        match &self.filter {
            Filter::None => return,
            Filter::Kernel(kernel) => {
                self.padded[inner.clone()].copy_from_slice(line);
                let half = kernel.len() / 2;
                for (i, v) in line.iter_mut().enumerate() {
                    let at = self.margin + i - half;
                    *v = self.padded[at..].iter().zip(kernel).map(|(a, b)| a * b).sum();
                }
                return;
            }
            Filter::Boxes { whole, edge } => {
                self.padded.fill(0.0);
                self.padded[inner.clone()].copy_from_slice(line);
                for _ in 0..3 {
                    box_pass(&self.padded, &mut self.spare, *whole, *edge);
                    std::mem::swap(&mut self.padded, &mut self.spare);
                }
            }
        }
        line.copy_from_slice(&self.padded[inner]);
    }
}

fn kernel(sigma: f32) -> Vec<f32> {
    let half = i16::try_from(reach(sigma)).unwrap_or(0);
    let mut k: Vec<f32> = (-half..=half).map(|i| (-0.5 * (f32::from(i) / sigma).powi(2)).exp()).collect();
    let sum: f32 = k.iter().sum();
    for v in &mut k {
        *v /= sum;
    }
    k
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sigma is at most LARGEST")]
fn boxes(sigma: f32) -> Filter {
    let variance = sigma * sigma / 3.0;
    let l = (((12.0 * variance + 1.0).sqrt() - 1.0) * 0.5).floor();
    let edge =
        (2.0 * l + 1.0) * (l * (l + 1.0) - 3.0 * variance) / (6.0 * (variance - (l + 1.0) * (l + 1.0)));
    Filter::Boxes { whole: l as usize, edge }
}

/// A box of 2 `whole` + 1 samples with a sample weighted `edge` at either end.
#[expect(clippy::cast_precision_loss, reason = "widths are small")]
fn box_pass(from: &[f32], to: &mut [f32], whole: usize, edge: f32) {
    let scale = 1.0 / (2.0 * whole as f32 + 1.0 + 2.0 * edge);
    let at = |i: usize| from.get(i).copied().unwrap_or(0.0);
    let before = |i: usize, d: usize| if i < d { 0.0 } else { at(i - d) };
    // f64, for the running sum would otherwise drift along a long line.
    let mut sum: f64 = (0..whole).map(|i| f64::from(at(i))).sum();
    for (i, v) in to.iter_mut().enumerate() {
        sum += f64::from(at(i + whole)) - f64::from(before(i, whole + 1));
        #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
        let inner = sum as f32;
        *v = (inner + edge * (at(i + whole + 1) + before(i, whole + 1))) * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::{blur, reach};

    fn impulse(n: usize, sigma: f32) -> Vec<f32> {
        let mut data = vec![0.0; n];
        data[n / 2] = 1.0;
        blur(&mut data, n, (sigma, 0.0));
        data
    }

    #[expect(clippy::cast_precision_loss, reason = "a few hundred samples")]
    fn real(n: usize) -> f64 {
        n as f64
    }

    /// The defining properties: unit sum, zero mean, the deviation asked for; and the Gaussian's own shape.
    #[test]
    fn an_impulse_becomes_the_gaussian() {
        for sigma in [0.8_f32, 1.0, 1.9, 2.0, 3.3, 8.0, 20.0] {
            let n = 2 * reach(sigma) + 1 + 8;
            let data = impulse(n, sigma);
            let x = |i: usize| real(i) - real(n / 2);
            let sum: f64 = data.iter().map(|v| f64::from(*v)).sum();
            let mean: f64 = data.iter().enumerate().map(|(i, v)| x(i) * f64::from(*v)).sum();
            let var: f64 = data.iter().enumerate().map(|(i, v)| x(i).powi(2) * f64::from(*v)).sum();
            assert!((sum - 1.0).abs() < 1e-4, "sigma {sigma}: sum {sum}");
            assert!(mean.abs() < 1e-4, "sigma {sigma}: mean {mean}");
            let deviation = var.sqrt() / f64::from(sigma);
            assert!((deviation - 1.0).abs() < 0.02, "sigma {sigma}: deviation {deviation}");
            let peak = 1.0 / (f64::from(sigma) * std::f64::consts::TAU.sqrt());
            for (i, v) in data.iter().enumerate() {
                let exact = peak * (-0.5 * (x(i) / f64::from(sigma)).powi(2)).exp();
                let error = (f64::from(*v) - exact).abs() / peak;
                assert!(error < 0.12, "sigma {sigma} at {}: {v} for {exact}", x(i));
            }
        }
    }

    /// What a blurred shape shows is the integral: within 2 % of the error function's.
    #[test]
    fn an_edge_becomes_the_error_function() {
        for sigma in [2.0_f32, 4.5, 16.0] {
            let n = 8 * reach(sigma);
            let mut data: Vec<f32> = (0..n).map(|i| if i >= n / 2 { 1.0 } else { 0.0 }).collect();
            blur(&mut data, n, (sigma, 0.0));
            let mut exact = 0.0_f64;
            for (i, v) in data.iter().enumerate().take(n - 2 * reach(sigma)) {
                let x = (real(i) - real(n / 2)) / f64::from(sigma);
                exact += (-0.5 * x * x).exp() / (f64::from(sigma) * std::f64::consts::TAU.sqrt());
                assert!((f64::from(*v) - exact).abs() < 0.02, "sigma {sigma}, x {x}: {v} for {exact}");
            }
        }
    }

    #[test]
    fn hostile_sizes_do_nothing_bad() {
        blur(&mut [], 0, (3.0, 3.0));
        blur(&mut [], 5, (3.0, 3.0));
        let mut one = [1.0];
        blur(&mut one, 1, (f32::NAN, f32::INFINITY));
        assert!(one[0].is_finite());
    }
}
