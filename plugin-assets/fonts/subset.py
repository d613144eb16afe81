"""Makes Inter.ttf from the variable Inter of the npm package inter-ui 4.1.1.

    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    pip install fonttools==4.68.0 brotli
    python subset.py package/variable/InterVariable.woff2 Inter.ttf

Keeps the weight axis, the scripts an editor in European languages needs and a few symbols; fixes the optical size
at that of text; and makes tabular figures the default ones, for numbers that move must not jitter and vizia has no
way to ask for the feature.
"""

import io
import sys

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2C6, 0x2DD), (0x300, 0x30C),
    (0x370, 0x3FF), (0x400, 0x45F), (0x490, 0x491),
    (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EF2, 0x1EF3),
    (0x2000, 0x200F), (0x2010, 0x2027), (0x202F, 0x203E), (0x2044, 0x2044), (0x2070, 0x209C),
    (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2126, 0x2126),
    (0x2150, 0x215E), (0x2190, 0x2199), (0x21A9, 0x21AA), (0x21B0, 0x21BF), (0x21E7, 0x21E7),
    (0x2202, 0x2265), (0x2303, 0x2303), (0x2318, 0x2318), (0x2325, 0x2327), (0x23CE, 0x23CF),
    (0x25A0, 0x25FF), (0x2605, 0x2606), (0x2699, 0x2699), (0x2713, 0x2717), (0xFB01, 0xFB02),
]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "case", "tnum", "pnum", "zero", "frac", "sups", "subs"]


def main(source: str, target: str) -> None:
    # By way of a file in memory: fontTools loads some tables late, and the instancer leaves them half done.
    pinned = io.BytesIO()
    instance = instancer.instantiateVariableFont(TTFont(source, lazy=False), {"opsz": 14})
    instance.flavor = None
    instance.save(pinned)
    pinned.seek(0)
    font = TTFont(pinned)
    figures = {}
    for record in font["GSUB"].table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
                    table = getattr(table, "ExtSubTable", table)
                    figures.update(getattr(table, "mapping", {}))
    for table in font["cmap"].tables:
        for code in range(0x30, 0x3A):
            if code in table.cmap:
                table.cmap[code] = figures.get(table.cmap[code], table.cmap[code])
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = "Inter"

    options = subset.Options()
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.hinting = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    font.flavor = None
    font.save(target)


main(sys.argv[1], sys.argv[2])
