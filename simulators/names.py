"""Word lists that the synthetic people are put together from."""

GIVEN = (
    "Ada", "Aksel", "Amina", "Anders", "Astrid", "Birk", "Brage", "Dina", "Eira", "Elias", "Embla", "Erik",
    "Fatima", "Filip", "Frida", "Hedda", "Henrik", "Håkon", "Ida", "Ingrid", "Isak", "Jakob", "Johanne",
    "Jonas", "Kaja", "Karsten", "Lars", "Leah", "Linnea", "Magnus", "Maja", "Marius", "Mathilde", "Mikkel",
    "Mona", "Nora", "Odin", "Oline", "Peder", "Ragnhild", "Sander", "Selma", "Signe", "Sindre", "Solveig",
    "Sunniva", "Tiril", "Tobias", "Tuva", "Ulrik", "Vetle", "Vilde", "Yasmin", "Åse", "Øyvind",
)  # fmt: skip
FAMILY = (
    "Aasland", "Askeland", "Bakken", "Bergheim", "Brekke", "Dahlgård", "Eidsvåg", "Engen", "Fjellstad",
    "Flatebø", "Furuseth", "Granli", "Haugland", "Hegdal", "Holtet", "Kirkeby", "Kvamme", "Langnes",
    "Lindeberg", "Lunde", "Moengen", "Myrvold", "Nordgard", "Nygård", "Osmundsen", "Rognstad", "Rønning",
    "Sandvik", "Skogheim", "Solbakken", "Stangeland", "Strandli", "Tangen", "Tveitan", "Ulvestad", "Vangen",
    "Vestby", "Vikanes", "Ødegård", "Åmodt",
)  # fmt: skip
STREETS = (
    "Bjørkeveien", "Elvegata", "Fjellveien", "Furubakken", "Granstien", "Havnegata", "Kirkeveien",
    "Lyngveien", "Rognelia", "Skolegata", "Solsvingen", "Strandgata", "Testgata", "Utsikten",
)  # fmt: skip
PLACES = (
    ("0301", "OSLO", "0150"), ("4601", "BERGEN", "5003"), ("5001", "TRONDHEIM", "7010"),
    ("1103", "STAVANGER", "4005"), ("5501", "TROMSØ", "9008"), ("3301", "DRAMMEN", "3015"),
    ("4204", "KRISTIANSAND S", "4610"), ("3403", "HAMAR", "2317"), ("1804", "BODØ", "8006"),
)  # fmt: skip
PROFESSIONS = ("SP", "SP", "SP", "SP", "HF", "HF", "VP", "FT", "ET", "LE", "BI", "RA", "JO", "TL", "AA", "PS")
PROFESSION_NAMES = {
    "AA": "Ambulansearbeider", "BI": "Bioingeniør", "ET": "Ergoterapeut", "FT": "Fysioterapeut",
    "HF": "Helsefagarbeider", "HP": "Hjelpepleier", "JO": "Jordmor", "LE": "Lege", "PS": "Psykolog",
    "RA": "Radiograf", "SP": "Sykepleier", "TH": "Tannhelsesekretær", "TL": "Tannlege", "TP": "Tannpleier",
    "VP": "Vernepleier",
}  # fmt: skip
SCHOOLS = {
    "NOR": ("OsloMet – storbyuniversitetet", "NTNU", "Universitetet i Bergen", "Universitetet i Oslo"),
    "SWE": ("Lunds universitet", "Umeå universitet"),
    "DNK": ("Københavns Universitet", "Aarhus Universitet"),
    "DEU": ("Charité – Universitätsmedizin Berlin",),
    "POL": ("Gdański Uniwersytet Medyczny",),
    "PHL": ("University of the Philippines Manila",),
    "IND": ("All India Institute of Medical Sciences",),
    "SYR": ("Damascus University",),
}  # fmt: skip
COUNTRIES = {"norge": ("NOR",), "eos": ("SWE", "DNK", "DEU", "POL"), "utenforEos": ("PHL", "IND", "SYR")}
