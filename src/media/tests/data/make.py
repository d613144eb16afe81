"""Makes the files beside it. The sounds are computed; nothing here is anyone's recording.

tones.*      left 440 Hz, right 1000 Hz, both at -12 dBFS from phase 0, 44.1 kHz (Opus: 48 kHz); one second, lossless ones a tenth
tagless.mp3  mono, 22.05 kHz: one second of noise, then two of a 200 Hz tone, variable bit rate, without a header that tells its length
joint.flac   32 bits, two channels that are nearly alike, so that the flac tool stores middle and side: see `word` below

Run in this folder. Needs Python, ffmpeg 5.1, lame 3.100, flac 1.4, oggenc and opusenc.
"""
import math
import os
import struct
import subprocess
import wave


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def save(name, rate, channels, width, words):
    with wave.open(name, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<i", word)[:width] for word in words))


def tones(name, seconds, rate=44100):
    level = 10 ** (-12 / 20) * 32767
    save(name, rate, 2, 2, (round(level * math.sin(2 * math.pi * hz * n / rate)) for n in range(round(seconds * rate)) for hz in (440, 1000)))


def word(n):
    """A number of 32 bits with a sign, the n-th of a sequence that wraps: the test computes the same."""
    return (n * 2654435761 + 12345) % 2**32 - 2**31


tones("long.wav", 1)
tones("short.wav", 0.1)
tones("long48.wav", 1, 48000)
run("lame", "--quiet", "-b", "128", "long.wav", "tones.mp3")
for name, *codec in [("tones.m4a", "aac", "-b:a", "128k"), ("tones.aac", "aac", "-b:a", "128k")]:
    run("ffmpeg", "-y", "-i", "long.wav", "-bitexact", "-c:a", *codec, name)
for name, codec in [("tones.aiff", "pcm_s16be"), ("alac.m4a", "alac"), ("tones.oga", "flac"), ("tones.mka", "flac"), ("tones.w64", "pcm_s16le"), ("tones.caf", "pcm_s16le"), ("tones.au", "pcm_s16be")]:
    run("ffmpeg", "-y", "-i", "short.wav", "-bitexact", "-c:a", codec, name)
run("ffmpeg", "-y", "-i", "short.wav", "-bitexact", "-rf64", "always", "-f", "wav", "tones.rf64")
run("oggenc", "-Q", "-q", "4", "-o", "tones.ogg", "long.wav")
run("opusenc", "--quiet", "--bitrate", "96", "long48.wav", "tones.opus")
noise = [word(n) >> 18 for n in range(22050)]
save("tagless.wav", 22050, 1, 2, noise + [round(6000 * math.sin(2 * math.pi * 200 * n / 22050)) for n in range(44100)])
run("lame", "--quiet", "-t", "-V", "7", "tagless.wav", "tagless.mp3")
pairs = [word(n) for n in range(2000) for _ in range(2)]
save("joint.wav", 44100, 2, 4, [max(word, -2**31 + 255) - (index % 2) * (index % 256) for index, word in enumerate(pairs)])
run("flac", "-f", "-s", "--no-padding", "-o", "joint.flac", "joint.wav")
for name in ["long.wav", "short.wav", "long48.wav", "tagless.wav", "joint.wav"]:
    os.unlink(name)
