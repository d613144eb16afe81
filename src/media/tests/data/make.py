"""Makes the files beside it: one second of stereo, left 440 Hz, right 1000 Hz, both at -12 dBFS, 44.1 kHz.

Needs `pip install av numpy soundfile`. Run in this folder. The tones are ours; nothing here is anyone's recording.
"""
import av
import numpy as np
import soundfile

RATE = 44100
t = np.arange(RATE) / RATE
tones = 10 ** (-12 / 20) * np.stack([np.sin(2 * np.pi * 440 * t), np.sin(2 * np.pi * 1000 * t)])


def make(name, codec, sample_format, rate=RATE, bit_rate=160000, options=None, sound=tones):
    with av.open(name, "w", options=options or {}) as out:
        stream = out.add_stream(codec, rate=rate, layout="stereo", format=sample_format)
        if bit_rate:
            stream.bit_rate = bit_rate
        source = av.AudioFrame.from_ndarray(sound.astype(np.float32), format="fltp", layout="stereo")
        source.sample_rate = RATE
        resampler = av.AudioResampler(format=sample_format, layout="stereo", rate=rate, frame_size=stream.frame_size or 0)
        frames = resampler.resample(source) + resampler.resample(None)
        for frame in frames:
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


make("tones.mp3", "libmp3lame", "fltp")
make("tones.m4a", "aac", "fltp")
soundfile.write("tones.ogg", tones.T, RATE, format="OGG", subtype="VORBIS")
make("tones.opus", "libopus", "flt", rate=48000, bit_rate=48000)
make("tones.aiff", "pcm_s16be", "s16", bit_rate=None, sound=tones[:, : RATE // 4])
make("tones.aac", "aac", "fltp")
