"""The parts of a spreadsheet file beside its cells: what is in it, its styles, the frame of a sheet."""

from reports.writers.xlsx_cells import escaped

DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

START = DECLARED + (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_FACE = '<name val="Calibri"/><family val="2"/>'
_INK = '<color theme="1"/>'
STYLES = DECLARED + (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    f'<fonts count="4"><font><sz val="11"/>{_INK}{_FACE}</font>'
    f'<font><b/><sz val="11"/><color rgb="FFFFFFFF"/>{_FACE}</font>'
    f'<font><b/><sz val="16"/>{_INK}{_FACE}</font>'
    f'<font><b/><sz val="11"/>{_INK}{_FACE}</font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF1F4E6B"/><bgColor indexed="64"/></patternFill></fill>'
    "</fills>"
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="7">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment horizontal="left" vertical="top" wrapText="1"/></xf>'
    "</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    '<dxfs count="0"/><tableStyles count="0" defaultTableStyle="TableStyleMedium9"'
    ' defaultPivotStyle="PivotStyleLight16"/>'
    "</styleSheet>"
)
END_OF_ROWS = "</sheetData>"
END_OF_SHEET = "</worksheet>"


def properties(title, language):
    """This will return what the file says of itself."""
    return DECLARED + (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escaped(title)}</dc:title><dc:language>{language}</dc:language></cp:coreProperties>"
    )


def sheet_name(number):
    """This will return in which part the sheet of that number stands, the first being 1."""
    return f"worksheets/sheet{number}.xml"


def content_types(sheets):
    parts = [("xl/workbook.xml", f"{_TYPE}.sheet.main+xml"), ("xl/styles.xml", f"{_TYPE}.styles+xml")]
    parts += [(f"xl/{sheet_name(number)}", f"{_TYPE}.worksheet+xml") for number in range(1, sheets + 1)]
    parts += [("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")]
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts)
    return DECLARED + (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def workbook(names):
    """This will return the list of the sheets, which opens on the first."""
    sheets = "".join(
        f'<sheet name="{escaped(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    return DECLARED + (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView activeTab="0"/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def workbook_relations(sheets):
    parts = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="{sheet_name(number)}"/>'
        for number in range(1, sheets + 1)
    )
    return DECLARED + (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{parts}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )


def start_of_sheet(widths, *, is_frozen):
    """This will return a sheet up to its rows; `is_frozen` keeps the first one in sight."""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if is_frozen else ""
    selected = "" if is_frozen else ' showGridLines="0" tabSelected="1"'
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    return DECLARED + (
        f'<worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView{selected} workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    )


def filters(columns, rows):
    """This will return the filters upon a sheet's columns; `rows` counts the headings too."""
    return f'<autoFilter ref="A1:{_letters(columns)}{rows}"/>'


def _letters(column):
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
