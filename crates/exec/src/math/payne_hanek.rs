//! Reduces enormous angles: x modulo a quarter turn, exactly enough, in integers.
//!
//! Payne and Hanek, *Radian reduction for trigonometric functions*, SIGNUM Newsletter 18 (1983):
//! of x * 2/pi only the bits around the binary point matter; those far above it are multiples
//! of four quarter turns.

use super::double_word::DoubleWord;

/// A quadrant (its two low bits count) and the angle left, at most pi/4 in size.
pub(super) struct LargeAngle {
    pub(super) quadrant: u64,
    pub(super) angle: DoubleWord<f64>,
}

/// Reduces a finite `x` of at least 2^20. No such number is closer than 2^-62 to a multiple of
/// pi/2 (Muller, *Elementary Functions*, section 11.3), so the 137 good bits of the fraction
/// give the angle to 75 bits.
pub(super) fn reduce_large(x: f64) -> LargeAngle {
    let bits = x.to_bits();
    let mantissa = bits & ((1 << 52) - 1) | (1 << 52);
    // x = mantissa * 2^exponent, and the bits of 2/pi above 2^(2 - exponent) fall away. The table
    // begins 64 bits before the point.
    let exponent = (bits >> 52) as usize + 64 - 2 - 1075;
    let turns = multiply(mantissa, window(exponent));
    // Two bits of quadrant and 190 of fraction; half a quarter turn more rounds to nearest.
    let quadrant = (turns[2] >> 62) + (turns[2] >> 61 & 1);
    let fraction = [turns[0], turns[1], turns[2] << 2 >> 2];
    if turns[2] >> 61 & 1 == 0 {
        return LargeAngle { quadrant, angle: quarter_turns(fraction) };
    }
    let DoubleWord { high, low } = quarter_turns(complement(fraction));
    LargeAngle { quadrant, angle: DoubleWord { high: -high, low: -low } }
}

/// The 192 bits of 2/pi after the first `skip` of the table, lowest word first.
fn window(skip: usize) -> [u64; 3] {
    let (word, shift) = (skip / 64, skip % 64);
    let at = |k: usize| {
        let pair = u128::from(TWO_OVER_PI[k]) << 64 | u128::from(TWO_OVER_PI[k + 1]);
        (pair << shift >> 64) as u64
    };
    [at(word + 2), at(word + 1), at(word)]
}

/// The product modulo 2^192, lowest word first.
fn multiply(a: u64, b: [u64; 3]) -> [u64; 3] {
    let mut carry = 0;
    b.map(|word| {
        let sum = u128::from(a) * u128::from(word) + carry;
        carry = sum >> 64;
        sum as u64
    })
}

/// `2^190 - x`.
fn complement(x: [u64; 3]) -> [u64; 3] {
    let mut carry = 1;
    let [low, middle, high] = x.map(|word| {
        let sum = u128::from(!word) + carry;
        carry = sum >> 64;
        sum as u64
    });
    [low, middle, high << 2 >> 2]
}

/// `x / 2^190` quarter turns, at most a half, as an angle.
fn quarter_turns(x: [u64; 3]) -> DoubleWord<f64> {
    // The top word alone could be nearly empty, so the leading bit is moved to the top first.
    let zeros = x[2].leading_zeros();
    let (wide_high, wide_low) =
        (u128::from(x[2]) << 64 | u128::from(x[1]), u128::from(x[1]) << 64 | u128::from(x[0]));
    let (first, second) = if zeros == 64 {
        (x[1], x[0])
    } else {
        ((wide_high << zeros >> 64) as u64, (wide_low << zeros >> 64) as u64)
    };
    let unit = exp2(2 - zeros as i32);
    // 53 bits exactly, and the next 64 rounded.
    let high = (first >> 11) as f64 * exp2(-53) * unit;
    let rest = (first << 53) | (second >> 11);
    let low = rest as f64 * exp2(-117) * unit;
    let angle = DoubleWord::product(high, PI_2);
    let low = low.mul_add(PI_2, high.mul_add(PI_2_LOW, angle.low));
    DoubleWord::fast_sum(angle.high, low)
}

fn exp2(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

const PI_2: f64 = std::f64::consts::FRAC_PI_2;
/// What pi/2 loses by rounding.
const PI_2_LOW: f64 = 6.123_233_995_736_766e-17;

/// 2/pi: a word before the binary point, and 1280 bits after it (computed in 2000 bits).
const TWO_OVER_PI: [u64; 21] = [
    0,
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];
