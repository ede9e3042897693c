"""The German words that judge, press or alarm: the counterpart of ``judging``."""

import re

_WORDS = (
    "Alarm|Bestwert|besser\\w*|Druck|erfolgreich\\w*|Erfolg\\w*|erreicht|falsch\\w*|faul\\w*|"
    "Fehler\\w*|Fortschritt\\w*|Gefahr|gefährlich\\w*|gescheitert|gewinn\\w*|gut gemacht|"
    "hervorragend\\w*|inkorrekt\\w*|Leistung\\w*|mangelhaft\\w*|miserabel|mittelmäßig\\w*|müsstest|"
    "Note|Noten|optimal\\w*|perfekt\\w*|Pflicht|Punkte|Punktzahl|Rang|richtig so|scheiter\\w*|"
    "schlecht\\w*|schneller werden|schwach|Schwäche\\w*|solltest|solltet|sollst|Soll|Stufe|Stufen|"
    "streng dich an|Serie|ungenügend\\w*|unzureichend\\w*|verlier\\w*|verloren|versag\\w*|"
    "versäum\\w*|"
    "Warnung\\w*|zu wenig|Ziel|Ziele|Zielwert\\w*"
)
JUDGING_GERMAN = re.compile(rf"\b(?:{_WORDS})\b", re.IGNORECASE)
