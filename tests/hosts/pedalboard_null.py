#!/usr/bin/env python3
"""The VST3 in pedalboard against the command line: the difference must stay below -120 dB.

usage: pedalboard_null.py PLUGIN.vst3 MIX PRESET.toml EXPECTED.wav
"""
import sys
import tomllib

import numpy as np
from pedalboard import load_plugin
from pedalboard.io import AudioFile

LIMIT_DB = -120.0


def read(path):
    with AudioFile(path) as file:
        return file.read(file.frames), file.samplerate


def python_name(plugin, raw_names, title):
    """pedalboard makes attribute names from titles; the raw parameter remembers its title."""
    for name, parameter in plugin.parameters.items():
        if parameter.name == title:
            return name, parameter
    raise SystemExit(f"pedalboard shows no parameter titled {title!r}")


def apply(plugin, preset_path, titles):
    with open(preset_path, "rb") as file:
        preset = tomllib.load(file)["preset"]
    for key, value in preset.items():
        if key in ("name", "purpose", "note", "version"):
            continue
        name, parameter = python_name(plugin, None, titles[key]["name"])
        text = value if isinstance(value, str) else ("On" if value is True else "Off" if value is False else str(value))
        parameter.raw_value = parameter.get_raw_value_for_text(text)


def main(plugin_path, mix_path, preset_path, expected_path):
    import json
    import pathlib

    golden = pathlib.Path(__file__).parent.parent / "golden" / "params.json"
    titles = {row["id"]: row for row in json.loads(golden.read_text())}
    plugin = load_plugin(plugin_path)
    apply(plugin, preset_path, titles)
    mix, rate = read(mix_path)
    expected, _ = read(expected_path)
    output = plugin.process(mix, rate, reset=True)
    if output.shape != expected.shape:
        raise SystemExit(f"pedalboard gave {output.shape}, the command line {expected.shape}")
    difference = np.max(np.abs(output.astype(np.float64) - expected.astype(np.float64)))
    level_db = 20.0 * np.log10(max(difference, 1e-15))
    print(f"greatest difference {level_db:.1f} dBFS, {len(plugin.parameters)} parameters")
    if not level_db <= LIMIT_DB:
        raise SystemExit(f"the difference exceeds {LIMIT_DB} dB")


if __name__ == "__main__":
    main(*sys.argv[1:])
