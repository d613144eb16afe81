#!/usr/bin/env python3
"""Garnish's limiter beside the open-source peers, measured the same way: see README.md.

usage: limiters.py [--garnish PATH] [--out TABLE.md] [--only WORD]
"""
import argparse
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import soundfile as sf
from scipy.signal import lfilter, resample_poly

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from true_peak import FACTOR, HALF_TAPS, _WINDOW  # noqa: E402

EXCERPTS = [
    ROOT / "plugin-assets/demo/mix.flac",
    ROOT / "plugin-assets/demo/reference.flac",
    ROOT / "tests/audio/mix-coherence.flac",
    ROOT / "tests/audio/master-hell.flac",
]
CEILING_DB = -1.0
RATE = 48_000
DRIVES_DB = [5, 6, 7, 8, 10, 12, 14, 16]
RESIDUALS_DB = [-30, -28, -26, -24, -22, -20]


def gain(db):
    return 10 ** (db / 20)


def lv2(uri, controls):
    """A plugin in ffmpeg's lv2 filter, in blocks of 512 frames, as hosts run it."""

    def commands(source, target, drive_db):
        values = "|".join(f"{symbol}={value:.6f}" for symbol, value in controls(drive_db).items())
        chain = f"asetnsamples=n=512:p=0,lv2=p={uri.replace(':', chr(92) + chr(92) + ':')}:c={values}"
        return ["ffmpeg", "-v", "error", "-y", "-i", source, "-af", chain, "-c:a", "pcm_f32le", target]

    return commands


def garnish(binary, *settings):
    def commands(source, target, drive_db):
        command = [binary, "master", source, "-o", target, "--format", "f32", "--preset", "neutral"]
        sets = ["limiter_on=on", f"limiter_gain={drive_db}", f"limiter_ceiling={CEILING_DB}", *settings]
        return command + [word for one in sets for word in ("--set", one)]

    return commands


def peers(binary):
    """Every peer as shipped, but for drive, ceiling, true peak on, and (LSP) no make-up gain and 8-fold oversampling."""
    x42 = lambda release_s: lv2(
        "http://gareus.org/oss/lv2/dpl#stereo",
        lambda drive: {"gain": drive, "threshold": CEILING_DB, "truepeak": 1, "release": release_s},
    )
    lsp = lambda regulation, time_ms=5, mode=0: lv2(
        "http://lsp-plug.in/plugins/lv2/limiter_stereo",
        lambda drive: {"g_in": gain(drive), "th": gain(CEILING_DB), "boost": 0, "ovs": 9, "alr": regulation}
        | {"lk": time_ms, "at": time_ms, "rt": time_ms, "mode": mode},
    )
    return {
        "x42 dpl, true peak (release 1 ms)": x42(0.001),
        "x42 dpl, true peak (release 10 ms)": x42(0.010),
        "x42 dpl, true peak (release 60 ms)": x42(0.060),
        "LSP limiter, Half x8, as shipped": lsp(1),
        "LSP limiter, Half x8, no level regulation": lsp(0),
        "LSP limiter, the same, 10 ms": lsp(0, 10),
        "LSP limiter, the same, 20 ms": lsp(0, 20),
        "LSP limiter, the same, 20 ms, Exp Thin": lsp(0, 20, 4),
        "Garnish, as shipped (transparent)": garnish(binary),
        "Garnish, punchy": garnish(binary, "limiter_style=punchy"),
        "Garnish, dense": garnish(binary, "limiter_style=dense"),
        "Garnish, safe": garnish(binary, "limiter_style=safe"),
        "Garnish, soft clip": garnish(binary, "limiter_style=soft_clip"),
        "Garnish, auto release off, 10 ms": garnish(binary, "limiter_auto_release=off", "limiter_release=10"),
        "Garnish, auto release off, 60 ms": garnish(binary, "limiter_auto_release=off", "limiter_release=60"),
        "Garnish, low latency": garnish(binary, "limiter_latency=low"),
        "Garnish, long latency": garnish(binary, "limiter_latency=long"),
        "Garnish, eco quality": garnish(binary, "quality=eco"),
    }


def loudness(signal, rate):
    """Integrated loudness in LUFS (ITU-R BS.1770-5), written here so that the judge is not the engine's own meter."""
    stages = []
    # the pre-filter and the RLB filter at any rate: De Man, "Evaluation of implementations of the EBU R128 loudness measurement", 2014
    k = np.tan(np.pi * 1681.974450955533 / rate)
    vh, vb = 10 ** (3.999843853973347 / 20), (10 ** (3.999843853973347 / 20)) ** 0.4996667741545416
    q = 0.7071752369554196
    a0 = 1 + k / q + k * k
    stages.append(
        (
            [(vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0],
            [1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0],
        )
    )
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    stages.append(([1, -2, 1], [1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]))
    weighted = signal
    for b, a in stages:
        weighted = lfilter(b, a, weighted, axis=0)
    step = int(round(0.1 * rate))
    power = np.sum(weighted**2, axis=1)
    tenths = power[: len(power) // step * step].reshape(-1, step).mean(axis=1)
    blocks = np.convolve(tenths, np.ones(4) / 4, mode="valid")
    loud = lambda p: -0.691 + 10 * np.log10(np.maximum(p, 1e-30))
    blocks = blocks[loud(blocks) > -70]
    return loud(blocks[loud(blocks) > loud(blocks.mean()) - 10].mean())


def spectrum(signal):
    """Amplitudes over one second at 48 kHz: every whole frequency is its own bin, no window needed."""
    return np.abs(np.fft.rfft(signal[-2 * RATE : -RATE])) * 2 / RATE


def tone(frequencies, amplitudes):
    t = np.arange(4 * RATE) / RATE
    mono = sum(a * np.sin(2 * np.pi * f * t) for f, a in zip(frequencies, amplitudes))
    return np.stack([mono, mono], axis=1)


def residual_db(signal, frequency):
    s = spectrum(signal)
    rest = np.sqrt(np.sum(s**2) - s[0] ** 2 - s[frequency] ** 2) if s[frequency] else np.inf
    return 20 * np.log10(max(rest, 1e-12) / s[frequency])


def intermodulation_db(signal):
    s = spectrum(signal)
    sidebands = sum(s[7000 + 60 * k] ** 2 for k in range(-12, 13) if k)
    return 20 * np.log10(max(np.sqrt(sidebands), 1e-12) / s[7000])


def true_peak(signal):
    """The reading of `tests/tools/true_peak.py`, computed only where a 4-fold reading shows that it can be the greatest: between two
    points of the 4-fold grid a band-limited signal exceeds both by less than 1/cos(pi/8) (BS.1770-5, annex 2)."""
    # taps of the point n + phase/32, for samples n - HALF_TAPS + 1 to n + HALF_TAPS
    taps = np.stack([_WINDOW[phase : phase + 2 * HALF_TAPS * FACTOR : FACTOR][::-1] for phase in range(FACTOR)], axis=1) * FACTOR
    peak = 0.0
    for channel in signal.T:
        padded = np.concatenate([np.zeros(2 * HALF_TAPS), channel, np.zeros(2 * HALF_TAPS)])
        coarse = np.abs(resample_poly(padded, 4, 1, window=_WINDOW[:: FACTOR // 4] * (FACTOR / 4)))
        peak = max(peak, coarse.max())
        intervals = np.maximum(coarse[:-1].reshape(-1)[: len(coarse) // 4 * 4 - 4].reshape(-1, 4).max(axis=1), coarse[4::4][: len(padded) - 1])
        places = np.flatnonzero(intervals > np.cos(np.pi / 8) * peak)
        places = places[(places >= HALF_TAPS) & (places < len(padded) - HALF_TAPS)]
        for some in np.array_split(places, len(places) // 4096 + 1):
            windows = padded[some[:, None] + np.arange(-HALF_TAPS + 1, HALF_TAPS + 1)]
            peak = max(peak, np.abs(windows @ taps).max(initial=0.0))
    return peak


def residual_of_music_db(source, output):
    """What is left of the output when in each Hann window of 20 ms the input, at the gain that fits best, is taken away."""
    length = min(len(source), len(output))
    width = 960
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(width) + 0.5) / width)
    left = whole = 0.0
    for channel in range(source.shape[1]):
        starts = np.arange(0, length - width, width // 2)[:, None] + np.arange(width)
        x, y = source[starts, channel], output[starts, channel]
        xx, xy, yy = ((hann * a * b).sum(axis=1) for a, b in ((x, x), (x, y), (y, y)))
        heard = xx > 1e-9
        left += np.maximum(yy - xy**2 / np.maximum(xx, 1e-30), 0)[heard].sum()
        whole += yy[heard].sum()
    return 10 * np.log10(left / whole)


def aligned(source, output, rate):
    """The output without the plugin's delay, found by cross-correlation."""
    a, b = (signal[5 * rate : 8 * rate, 0] for signal in (source, output))
    size = 1 << 18
    correlation = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)))
    return output[int(np.argmax(correlation[:4000])) :]


def through(process, folder, signal, rate, drive_db):
    source, target = str(folder / "in.wav"), str(folder / "out.wav")
    sf.write(source, signal, rate, subtype="FLOAT")
    subprocess.run(process(source, target, drive_db), check=True, capture_output=True)
    return sf.read(target, always_2d=True)[0]


def measure(process, folder):
    row = {"lufs": [], "peak": [], "residual": []}
    for path in EXCERPTS:
        signal, rate = sf.read(path, always_2d=True)
        out = through(process, folder, signal, rate, 8.0)
        row["lufs"].append(loudness(out, rate))
        row["residual"].append(residual_of_music_db(signal, aligned(signal, out, rate)))
        row["peak"].append(20 * np.log10(true_peak(out)) - CEILING_DB)
    one = lambda *tones: through(process, folder, *tones)[:, 0]
    # full scale, driven to so much above the ceiling
    row["thd"] = residual_db(one(tone([997], [1.0]), RATE, 2.0), 997)
    row["imd"] = intermodulation_db(one(tone([60, 7000], [0.8, 0.2]), RATE, 2.0))
    row["bass"] = residual_db(one(tone([40], [1.0]), RATE, 5.0), 40)
    return row


def curve(process, folder):
    """Mean loudness and mean residual of music at each of the drives."""
    points = []
    for drive_db in DRIVES_DB:
        values = []
        for path in EXCERPTS:
            signal, rate = sf.read(path, always_2d=True)
            out = through(process, folder, signal, rate, drive_db)
            values.append((loudness(out, rate), residual_of_music_db(signal, aligned(signal, out, rate))))
        points.append([float(np.mean(column)) for column in zip(*values)])
    return points


def loudness_at(points, residual):
    """Loudness where a curve crosses this residual, straight between its points; none where it does not reach it or has no points near."""
    for (loud, left), (louder, more) in zip(points, points[1:]):
        if left <= residual <= more <= left + 6:
            return loud + (louder - loud) * (residual - left) / (more - left)
    return None


def remembered(measure, process, binary, folder):
    """The row, measured once for each command line, program, and version of this script."""
    key = hashlib.sha256(pathlib.Path(__file__).read_bytes())
    command = process("in", "out", 0.0)
    key.update(json.dumps([measure.__name__, command]).encode())
    if command[0] == binary:
        key.update(pathlib.Path(binary).read_bytes())
    file = ROOT / "target" / "peers" / f"{key.hexdigest()[:16]}.json"
    if not file.exists():
        row = measure(process, folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(row))
    return json.loads(file.read_text())


def curves(options, folder):
    """The second table: loudness at equal residual."""
    lines = [
        "",
        f"Loudness at equal residual of music, mean LUFS of the four excerpts, driven by {DRIVES_DB[0]} to {DRIVES_DB[-1]} dB:",
        "",
        "| limiter | " + " | ".join(f"{residual} dB" for residual in RESIDUALS_DB) + " | at 12 dB of drive: LUFS, residual |",
        "|---" * (len(RESIDUALS_DB) + 2) + "|",
    ]
    for name, process in peers(options.garnish).items():
        if options.only not in name:
            continue
        points = remembered(curve, process, options.garnish, folder)
        values = [loudness_at(points, residual) for residual in RESIDUALS_DB]
        cells = ["" if value is None else f"{value:.2f}" for value in values]
        driven = points[DRIVES_DB.index(12)]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {driven[0]:.2f}, {driven[1]:.1f} |")
        print(lines[-1], flush=True)
    return lines


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--garnish", default=str(ROOT / "target/release/garnish-cli"))
    arguments.add_argument("--only", default="", help="rows with this word in their name; writes no table")
    today = datetime.date.today().isoformat()
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / f"{today}.md")
    options = arguments.parse_args()
    lines = [
        f"# Limiters side by side, {today}",
        "",
        "Written by `limiters.py`: four excerpts driven by 8 dB into a ceiling of -1 dBTP; tones at 48 kHz. README.md explains the columns.",
        "",
        "| limiter | " + " | ".join(f"{path.stem}, LUFS" for path in EXCERPTS) + " | mean LUFS | residual of music, dB"
        " | true peak above the ceiling, dB | THD+N 997 Hz, 3 dB | 60 Hz + 7 kHz, 3 dB | 40 Hz, 6 dB |",
        "|---" * (len(EXCERPTS) + 7) + "|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, process in peers(options.garnish).items():
            if options.only not in name:
                continue
            row = remembered(measure, process, options.garnish, pathlib.Path(folder))
            cells = [f"{x:.2f}" for x in row["lufs"]] + [f"{np.mean(row['lufs']):.2f}", f"{np.mean(row['residual']):.1f}"]
            cells += [f"{max(row['peak']):+.3f}"] + [f"{row[key]:.1f}" for key in ("thd", "imd", "bass")]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
            print(lines[-1], flush=True)
        lines += curves(options, pathlib.Path(folder))
    if options.only:
        return
    versions = subprocess.run(
        ["dpkg-query", "-W", "x42-plugins", "lsp-plugins-lv2", "ffmpeg", "liblilv-0-0"], capture_output=True, text=True, check=False
    ).stdout.split("\n")
    lines += ["", "Versions: " + ", ".join(" ".join(v.split()) for v in versions if v) + "."]
    options.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
