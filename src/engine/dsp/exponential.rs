//! Fast base-2 logarithm and exponential that vectorise.
//!
//! Both split a double into exponent and mantissa by its bits and put a polynomial in place of the rest; there is no branch and
//! no table. The coefficients are interpolations at 200 Chebyshev nodes (`numpy.polynomial.Chebyshev.fit`). Zero and one are
//! exact, so that a gain of 0 dB is a gain of 1. Use the standard library's where a few calls a block are made.

/// log2 of a positive, normal number within 1e-9; exactly 0 at 1.
///
/// log2 m = s P(s²), s = (m - 1)/(m + 1), with m in [√½, √2). Zero, negative, NaN and infinite input give a
/// meaningless finite number: clamp first.
#[inline(always)]
pub fn log2(x: f64) -> f64 {
    const SQRT_HALF: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    const ONE: u64 = 1.0_f64.to_bits();
    const MANTISSA: u64 = (1 << 52) - 1;
    // 2^52 with an integer in its mantissa is that integer plus 2^52: a conversion without a cast
    const SHIFT: u64 = 0x4330_0000_0000_0000;
    const BIAS: f64 = 4_503_599_627_370_496.0 + 1023.0;
    let bits = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let exponent = f64::from_bits(SHIFT | (bits >> 52)) - BIAS;
    let m = f64::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF));
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let low = 2.885_390_079_791_199_5 + 0.961_798_846_249_457_7 * z;
    let high = 0.576_714_510_191_796 + 0.431_733_019_103_717_5 * z;
    exponent + s * (low + z * z * high)
}

/// 2^x within a relative 1e-9, for |x| up to 1000; exactly 1 at 0.
///
/// The nearest integer goes into the exponent, the rest f in [-½, ½] through 1 + f P(f).
#[inline(always)]
pub fn exp2(x: f64) -> f64 {
    // adding 1.5 · 2^52 rounds to an integer and leaves it in the low bits
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let shifted = x + SHIFT;
    let f = x - (shifted - SHIFT);
    let scale = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let ff = f * f;
    let a = 0.693_147_180_556_831_6 + 0.240_226_509_223_427_1 * f;
    let b = 0.055_504_109_063_321_66 + 0.009_618_056_669_890_442 * f;
    let c = 0.001_333_347_846_689_615_6 + 0.000_154_614_474_618_504_76 * f;
    let p = a + ff * (b + ff * (c + ff * 1.530_370_253_740_999_5e-5));
    scale + scale * f * p
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::count;

    #[test]
    fn log2_is_within_its_bound() {
        for n in 0..200_000_usize {
            let x = (-40.0 + count(n) * 4e-4).exp2() * (1.0 + count(n % 97) * 1e-3);
            assert!((log2(x) - x.log2()).abs() < 1e-9, "{x}");
        }
        assert_eq!(log2(1.0), 0.0);
    }

    #[test]
    fn exp2_is_within_its_bound() {
        for n in 0..200_000_usize {
            let x = -60.0 + count(n) * 6.1e-4;
            assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-9, "{x}");
        }
        assert_eq!(exp2(0.0), 1.0);
        assert_eq!(exp2(-0.0), 1.0);
    }
}
