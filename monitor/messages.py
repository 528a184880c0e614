"""提示语 the one table of Chinese sentences for error codes: where, what, and what to do."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from geo.errors import GeoError
from monitor.errors import Refusal
from monitor.imagery_messages import IMAGERY
from monitor.item_messages import ITEMS
from monitor.terms import ImageryStage

SENTENCES: Mapping[str, str] = {**IMAGERY, **ITEMS} | {
    "audit.broken": "操作记录第 {entry} 条被改动或缺失，其前 {count} 条完好。",
    "backup.chain_broken": "操作记录第 {entry} 条被改动或缺失，没有备份；请先运行 palmmap doctor 查明。",
    "backup.exists": "文件“{file}”已存在，请换一个文件名。",
    "backup.newer": "备份“{file}”由更新的版本生成，请先升级本系统。",
    "backup.not_empty": "数据库已有项目或影像，或目录 {home} 有不同的文件，恢复会覆盖，没有恢复；"
    "请另设空的 PALMMAP_HOME 和 DATABASE_URL。",
    "backup.unreadable": "“{file}”不存在，或不是完整的备份文件，没有恢复；请换一份备份。",
    "boundary.bad_adcode": "边界图层中“{name}”的行政区划代码“{adcode}”不是 6 位数字，请改正后重新导入。",
    "boundary.duplicate_adcode": "边界图层中行政区划代码 {adcode} 出现多次，请合并或删去重复的图斑后重新导入。",
    "boundary.invalid_shape": "边界图层中“{name}”（{adcode}）的图形无效（{why}），请修复后重新导入。",
    "boundary.missing_file": "边界目录 {folder} 缺少文件 {file}，请运行 make boundaries 重新生成，或重新导入官方边界。",
    "boundary.no_county": "文件“{file}”中没有县级边界，请提供县级（或不设区县的市）图斑。",
    "boundary.no_crs": "文件“{file}”没有写明坐标系，请补上（如 Shapefile 的 .prj 文件）后重新导入。",
    "boundary.no_field": "文件“{file}”中找不到 {field} 对应的字段，"
    "现有字段：{columns}；请用 --adcode-field、--name-field 指定。",
    "boundary.no_name": "边界图层中代码 {adcode} 的图斑没有名称，请补上后重新导入。",
    "boundary.no_polygon": "边界图层中“{name}”（{adcode}）不是面状图形，请检查图层后重新导入。",
    "boundary.overlap": "边界图层中 {first} 与 {second} 重叠 {pct}%，超过 0.01%，请改正后重新导入。",
    "boundary.retired_adcode": "行政区划代码 {adcode}({name})已撤销，现为 {successors}，请改用现行代码。",
    "boundary.retired_unknown": "行政区划代码 {adcode}({name})已撤销，请核对后改用现行代码。",
    "boundary.unknown_adcode": "没有行政区划代码 {adcode}，请核对。",
    "boundary.unknown_parent": "边界图层中代码 {adcode} 的上级代码“{parent}”不存在，请核对。",
    "boundary.unreadable": "文件“{file}”不存在、是空的或不是矢量图层，请提供 GeoJSON、Shapefile 或 GeoPackage 文件。",
    "cascade.catch_up": "年度目标还差 {remaining} 万元，剩余 {left} {span}，平均每{span}需完成 {needed} 万元。",
    "cascade.no_time_left": "年度目标还差 {remaining} 万元，本年已无剩余时间。",
    "cascade.pro_rata": "按时间平均分解。",
    "cascade.projects_differ": "截至{month}月方案目标 {stated} 万元，清单内 {count} 个项目的计划合计 {sum} 万元，"
    "相差 {difference} 万元，请核对。",
    "cascade.reached": "年度目标已完成。",
    "cascade.remaining": "年度目标还差 {remaining} 万元。",
    "cascade.stated": "方案自定。",
    "cascade.step": "{start}至{end}目标 {amount} 万元（{basis}），"
    "期末累计应达 {cumulative} 万元；已完成 {done} 万元，距期末目标还差 {gap} 万元。",
    "cascade.sum_differs": "分季（月）目标合计 {sum} 万元，与年度目标 {total} 万元相差 {difference} 万元，请核对。",
    "cascade.target_falls": "截至{month}月的累计目标 {value} 万元低于截至{before}"
    "月的 {lower} 万元，请核对分月或分季目标。",
    "cell.error": "“{header}”的公式出错（{value}），请改正后重新导入。",
    "cell.uncalculated": "“{header}”是公式但没有计算结果，请在 Excel 中打开、计算并保存后重新导入。",
    "cli.bad_choice": "{name} 不能是“{value}”，可选：{choices}。",
    "cli.bad_date": "{name} 的“{value}”不是日期，请写成 2024-10-31 的样子。",
    "cli.bad_value": "{name} 的值“{value}”不对，请用 --help 查看用法。",
    "cli.missing": "缺少 {name}，请补上；用 --help 查看用法。",
    "cli.no_command": "没有命令“{command}”，请用 palmmap --help 查看全部命令。",
    "cli.no_file": "{name}“{value}”不存在或不能读取，请检查路径。",
    "cli.no_option": "没有选项 {option}，请用 --help 查看用法。",
    "cli.usage": "命令写法不对，请用 --help 查看用法。",
    "code.differs": "同名项目的代码是“{before}”，本行是“{value}”，请核对项目代码或项目名称。",
    "code.elsewhere": "项目代码“{value}”属于您管理范围以外的项目，"
    "请核对项目代码；项目确已划归本地的，请联系上级单位办理。",
    "code.format": "项目代码“{value}”格式不对，应为 4-6-2-2-6 位共 24 个字符，例如 2401-140403-04-01-123456，请核对。",
    "code.of_another": "项目代码“{value}”已属于项目“{name}”，请核对项目代码或项目名称。",
    "code.region": "项目代码“{value}”中的区划代码 {region} 与填报单元“{unit}”不一致，请核对。",
    "code.repeated": "项目代码“{value}”与第 {row} 行“{name}”重复，请核对。",
    "column.formulas": "“{header}”列有 {count} 个公式，已取其计算结果。",
    "column.fractions": "“{header}”列的数都不大于 1，已按百分比换算（0.85 即 85%）。",
    "column.no_unit": "“{header}”列没有写明单位，已按万元读取，请核对。",
    "column.unknown": "“{header}”列不在表头词典中，内容已保留在项目的其他信息里。",
    "comparison.not_within": "您的单位不在“{unit}”范围内，不能查看其排名，请换一个上级区域。",
    "comparison.not_yours": "“{unit}”不在您的查看范围内，只能查看其得分和名次。",
    "consequence.behind": "{label}为{value}{unit}，低于至今应达到的{due}{unit}。",
    "consequence.every": "按条款逐一通报：第{place}名，得分{score}。",
    "consequence.exceeded": "超过年度目标：{parts}。",
    "consequence.first": "条款所列的{total}个单位中属前{limit}名（总排名第{place}名，得分{score}）。",
    "consequence.last": "条款所列的{total}个单位中属末{limit}名（总排名第{place}名，得分{score}）。",
    "consequence.missed": "{label}为{value}{unit}，未达到目标{due}{unit}。",
    "consequence.no_note": "请写明决定的理由或说明，再登记结果运用。",
    "consequence.not_ended": "{quarter}尚未结束，季度结束后再登记结果运用。",
    "consequence.not_proposed": "{quarter}“{measure}”按条款不涉及“{units}”，不能登记；请先核对排名和条款。",
    "consequence.not_yours": "结果运用由{area}及以上单位的负责人登记，请联系其登记。",
    "consequence.reached": "考核目标全部完成：{parts}。",
    "consequence.tied": "有同分并列，条款列{limit}个，并列的一并列入，共{count}个。",
    "date.ambiguous": "“{header}”的“{value}”分不清是 1 月还是 10 月，请写成“2023年1月”或“2023年10月”。",
    "date.completion_before_start": "竣工时间 {completion} 早于开工时间 {start}，请核对。",
    "date.in_future": "实际日期 {value} 晚于今天，请核对，尚未发生的请填计划日期。",
    "date.no_such_day": "“{header}”的“{value}”没有这一天，请改正。",
    "date.no_year": "“{header}”的“{value}”没有写明年份，请补上年份或增加“年度”列。",
    "date.unreadable": "“{header}”的“{value}”不是日期，请写成“2023-06-30”或“2023年6月底”。",
    "doctor.unwell": "有 {count} 项不合格，请按上面标为“异常”的各项处理后重试。",
    "document.broken_image": "图片“{file}”不完整或已损坏，请重新拍摄或导出后上传。",
    "document.empty": "文件“{file}”是空文件，请检查后重新上传。",
    "document.file_changed": "材料“{file}”的文件与收录时不一致，可能被替换，不能作为依据，请联系管理员从备份恢复。",
    "document.file_missing": "材料“{file}”的文件已不在上传目录中，请联系管理员从备份恢复。",
    "document.image_too_large": "图片“{file}”超过 {pixels} 百万像素，请缩小后重新上传。",
    "document.not_accepted": "文件“{file}”不能收录，请上传图片（JPEG、PNG、WebP）、PDF 或 Word、Excel、PPT 文件。",
    "document.not_found": "没有找到该材料，或其项目不在您的查看范围内，请刷新页面后重试。",
    "document.not_kept": "文件没有存入 {folder}，多为磁盘已满或目录不可写，请管理员腾出空间或开放权限后重试。",
    "document.role_looks_only": "角色“{role}”只能查看，不能上传材料；请由区县填报员、核查员或管理员办理。",
    "document.too_large": "文件“{file}”超过 {limit_mb} MB，请压缩后重新上传。",
    "document.used_elsewhere": "同一文件已用于其他 {projects} 个项目，请核实。",
    "export.not_available": "不能导出为“{suffix}”，请使用 .xlsx、.gpkg、.kml 或 .json。",
    "file.cannot_write": "不能写入文件“{file}”，请检查路径和权限。",
    "flag.unreadable": "“{header}”的“{value}”看不懂，请填“是”或“否”。",
    "footprint.empty": "项目红线是空的，请重新绘制或导出。",
    "footprint.no_crs": "红线文件“{file}”没有写明坐标系，请补上后重新上传。",
    "footprint.not_polygon": "项目红线不是面状图形（实际为 {kind}），请上传闭合的范围线。",
    "footprint.outside_china": "项目红线不在我国境内（中心 {lon}，{lat}），请检查坐标系和经纬度次序。",
    "footprint.repaired": "红线图形有自相交，已自动修复。",
    "footprint.self_intersecting": "项目红线自相交且无法修复（{why}），请重新绘制。",
    "footprint.too_large": "项目红线面积 {area_km2} 平方公里，超过 {limit_km2} 平方公里，请检查坐标系和单位。",
    "footprint.too_small": "项目红线面积 {area_m2} 平方米，不足 {limit_m2} 平方米，请检查坐标系和单位。",
    "footprint.unreadable": "红线文件“{file}”不存在或无法读取，请提供 GeoJSON、GeoPackage、Shapefile 或 WKT 文件。",
    "geocode.address_differs": "填报的区划为{declared}，而地址写的是{address}，请核对。",
    "geocode.ambiguous": "地名有多处，不能确定：{options}；请补充所在省、市。",
    "geocode.approximate": "没有坐标，以{district}内的一点代替。",
    "geocode.cannot_read": "文件“{file}”不存在或无法读取，请检查路径和权限。",
    "geocode.datum_open": "坐标基准不明，按不同基准分别在{options}，请注明坐标基准。",
    "geocode.datum_taken": "坐标按 {datum} 识别并已换算为国家大地坐标。",
    "geocode.empty": "文件“{file}”中没有数据行，请检查后重试。",
    "geocode.no_columns": "文件“{file}”中没有可用的列，至少需要其中一列：{columns}。",
    "geocode.no_place": "没有可识别的地点，请补充地址、坐标或所在县区。",
    "geocode.not_a_county": "只能确定到{district}，请补充所在县区。",
    "geocode.not_csv": "文件“{file}”不是 CSV 文本，请另存为 UTF-8 或 GB18030 编码的 CSV 后重试。",
    "geocode.outside_declared": "坐标落在{actual}，不在所填的{declared}内，请核对坐标或区划。",
    "geocode.retired_adcode": "行政区划代码 {adcode} 已撤销，现为 {successors}。",
    "geocode.swapped": "经纬度次序颠倒，已对调。",
    "geocode.unknown_adcode": "没有行政区划代码 {adcode}，请核对。",
    "geocode.zone": "位于{name}（单元代码 {unit}）。",
    "import.bad_mapping": "字段对应文件“{file}”不对：应为“外来字段名: 表头”的 YAML 对照表，“{value}”不是已知的表头。",
    "import.broken_json": "文件“{file}”第 {line} 行第 {column} 列不是正确的 JSON，请重新导出。",
    "import.damaged": "文件“{file}”已损坏或不完整，打不开，请重新保存后导入。",
    "import.empty": "文件“{file}”是空的，没有可导入的内容。",
    "import.encrypted": "文件“{file}”有密码，请取消密码后重新导入。",
    "import.month_assumed": "{count} 行有进展但没有写明月份，已记入 {year} 年 {month} 月，可增加“填报月份”列写明。",
    "import.no_file": "没有找到文件“{file}”，请检查路径。",
    "import.no_header": "文件“{file}”中没有找到含“项目名称”的表头，请使用空白模板；命令行导入可用 --map 指定字段。",
    "import.no_rows": "文件“{file}”只有表头，没有项目。",
    "import.other_kind": "文件“{file}”实际是{kind}，已按实际内容读取。",
    "import.role_looks_only": "角色“{role}”只能查看，不能导入项目；请由区县填报员或管理员办理。",
    "import.stray_cell": "文件“{file}”的工作表“{sheet}”在 {cell} 处有零散内容，"
    "使表格过大，请删除多余的行和列后重新导入。",
    "import.too_large": "文件“{file}”过大，请拆分后导入。",
    "import.unknown_encoding": "文件“{file}”的文字编码无法识别，请另存为 UTF-8 后导入。",
    "import.unknown_json": "文件“{file}”既不是 GeoJSON 也不是 OC4IDS，无法导入。",
    "import.unknown_kind": "文件“{file}”不是可以导入的种类，请使用 xlsx、csv、GeoJSON、GeoPackage 或 OC4IDS JSON。",
    "import.xml_workbook": "文件“{file}”是 XML 表格，请在 Excel 中另存为 .xlsx 后导入。",
    "import.year_assumed": "有的行没有写明年度，已按 {year} 年读取，可增加“年度”列或用 --year 指定。",
    "indicators.no_denominator": "不适用：分母为空（{denominator}）。",
    "indicators.not_entered": "未录入“{label}”，不能计算。",
    "indicators.of_area": "不适用：{denominator}是全域数，方案没有分到单位。",
    "indicators.part_missing": "以下分项不能计算：{parts}。",
    "layer.no_name": "图层“{layer}”没有项目名称字段，已跳过，可用 --map 指定字段对应。",
    "layers.outside": "地图引用了外部地址“{address}”，内网不能访问，请改用随系统提供的资源。",
    "lights.none_applies": "没有适用的检查，不能判断。",
    "list.unknown": "没有名为“{value}”的项目清单，可用的有：{options}。",
    "location.half": "坐标只填了一半（“{value}”），请同时填写经度和纬度。",
    "location.none": "没有填写坐标。",
    "location.not_in_china": "坐标（{lon}，{lat}）不在我国境内，请检查经纬度和单位。",
    "location.outside_districts": "坐标（{lon}，{lat}）落在海上或境外，不在任何县区内，请核对。",
    "location.unreadable": "坐标“{value}”无法识别，请填写十进制度、度分秒或国家大地坐标系平面坐标。",
    "location.zero": "坐标为 0,0，按未填写处理，请补充。",
    "name.missing": "没有项目名称，请补上。",
    "notice.not_available": "通报和文书只写成 .docx 或 .html 文件，请改“{file}”的后缀。",
    "notice.not_found": "没有这份文书：该季度的条款没有涉及该单位，或不在您的查看范围内，请回到区县比较核对。",
    "number.negative": "“{header}”的“{value}”是负数，请改正。",
    "number.not_a_percentage": "“{header}”的“{value}”不在 0 到 100 之间，请改正。",
    "number.too_large": "“{header}”的“{value}”过大，请核对单位。",
    "number.unreadable": "“{header}”的“{value}”不是数，请改正（范围、文字说明请写到备注）。",
    "plan.above_total": "{year} 年度计划投资 {plan} 万元大于总投资 {total} 万元，请核对。",
    "project.not_found": "没有找到该项目，或该项目不在您的查看范围内，请从项目库重新选择。",
    "project.not_yet_known": "{day} 时项目库中还没有该项目，请换一个较晚的数据时点。",
    "project.renamed": "项目名称由“{before}”改为“{after}”（按项目代码认定为同一项目），请核对。",
    "project.repeated": "项目“{name}”与第 {row} 行重复而内容不同，请只保留一行。",
    "project.unknown": "没有编号为 {project} 的项目，或不在您的区域内。",
    "report.changed_meanwhile": "该月已由 {by} 于 {at} 报送第 {revision} 次修订，请刷新后核对再报。",
    "report.closed": "{year}年{month}月已于 {closed} 封账，只能作为更正报送，请填写更正说明。",
    "report.falls": "{label} {value} 万元低于{month}已报的 {other} 万元，累计数不应减少；确需调减的请填写更正说明。",
    "report.future_month": "{year}年{month}月还没有到（今天是 {today}），请填报当月或以前的月份。",
    "report.in_future": "填报月份 {year} 年 {month} 月还没有到，请核对。",
    "report.month_after_lower": "{label} {value} 万元高于{month}已报的 {other} 万元，请同时核对后面月份。",
    "report.negative": "{label}填成了负数 {value}，请填 0 或正数。",
    "report.no_amount": "没有填今年以来完成投资，请填写；没有完成的填 0。",
    "report.over_100": "形象进度填成了 {value}%，请填 0 到 100 之间的数。",
    "report.over_project_total": "{label} {value} 万元超过项目总投资 {total} 万元较多，请核对总投资或填报数。",
    "report.progress_falls": "形象进度 {value}% 低于{month}月已报的 {before}%，请核对。",
    "report.role_looks_only": "角色“{role}”只能查看，不能填报；请由区县填报员或管理员办理。",
    "report.started_later": "实际开工日期 {value} 还没有到，请核对；未开工的不填。",
    "report.year_over_total": "今年以来完成投资 {value} 万元大于开工以来完成投资 {total} 万元，请核对。",
    "report_sheet.no_month": "文件“{file}”的填报月份读不出来，请在表头“填报月份”后写明，如 2024-10。",
    "report_sheet.not_one": "文件“{file}”不是月度填报表（找不到“系统编号”和“今年以来完成投资”两列），"
    "请在“调度填报”页下载后填写。",
    "report_sheet.other_name": "系统编号 {key} 的项目应为“{name}”，表中写的是“{written}”，请勿改动编号和名称。",
    "report_sheet.twice": "同一项目在第 {other} 行已经填过，请删去一行。",
    "report_sheet.unknown_project": "系统编号 {key} 没有对应的项目，或该项目不在您的查看范围内，请重新下载填报表。",
    "round.not_owed": "“{unit}”在{period}没有这项通报或考核任务，请核对。",
    "rules.checksum": "规则文件 {file} 第 {line} 行：“{key}”的分项之和 {sum} 与总数 {total} 不符，请核对。",
    "rules.duplicate_key": "规则文件 {file} 第 {line} 行：键“{key}”重复，请删去一个。",
    "rules.duplicate_rule": "规则文件 {file} 第 {line} 行：规则键“{name}”与 {other} 相同，请改名或删去一个。",
    "rules.example": "规则文件 {file} 第 {line} 行（{key}）：第 {example} 个示例不成立，"
    "应为 {expected}，算得 {got}，请改正规则或示例。",
    "rules.missing_key": "规则文件 {file} 第 {line} 行：缺少键“{key}”，请补上。",
    "rules.missing_outcome": "规则文件 {file} 第 {line} 行：“{key}”缺少判定结果“{outcome}”，请写明颜色和说明。",
    "rules.no_ranking": "方案“{plan}”在 {on} 没有生效的排名规则。",
    "rules.not_a_mapping": "规则“{rule}”的取值应写成多个有名称的阈值。",
    "rules.not_a_number": "规则“{rule}”的取值应是一个数。",
    "rules.not_in_force": "规则“{rule}”在 {on} 没有生效的取值，请在 values 下补上日期和数值。",
    "rules.overlap": "规则文件 {file} 第 {line} 行：“{key}”的有效期与另一取值重叠，请改正日期。",
    "rules.population_empty": "规则文件 {file} 第 {line} 行：“{key}”的取值“{value}”不存在，选不出任何项目，请改正。",
    "rules.population_matches_nothing": "规则文件 {file} 第 {line} 行：“{key}”选不出任何项目"
    "（第 {example} 个示例不在其内），请改正范围或示例。",
    "rules.syntax": "规则文件 {file} 第 {line} 行不是正确的 YAML，请改正后重试。",
    "rules.unknown_function": "规则文件 {file} 第 {line} 行：“{key}”的计算方法“{function}”不存在，请改正。",
    "rules.unknown_key": "规则文件 {file} 第 {line} 行：不认识的键“{key}”，请删去或改正。",
    "rules.unknown_part": "规则文件 {file} 第 {line} 行：“{key}”所用的规则“{part}”不在本方案中，请改正或补上该规则。",
    "rules.unknown_plan": "没有方案“{plan}”，现有方案：{known}。",
    "rules.unknown_preset": "没有亮灯预设“{preset}”，现有预设：{known}。",
    "rules.unknown_rule": "没有规则“{rule}”。",
    "rules.wrong_value": "规则文件 {file} 第 {line} 行：“{key}”的取值“{value}”不符合要求，请对照 docs/rules.md 改正。",
    "serve.host_unusable": "不能在地址 {host}：{port} 上启动服务，请检查 --host 和 --port。",
    "serve.port_taken": "端口 {port} 已被占用，请用 --port 另选端口，或停止占用它的程序。",
    "shape.not_polygon": "图形是 {kind}，不是面，未作为红线，只取其位置。",
    "sheet.hidden": "工作表“{sheet}”是隐藏的，已跳过。",
    "sheet.no_header": "工作表“{sheet}”中没有找到含“项目名称”的表头，已跳过。",
    "site.not_polygon": "红线应为面，实际为 {kind}，请检查文件。",
    "site.too_large": "地块及外环边长约 {side_m} 米，超出按此分辨率可处理的范围，请分块核查。",
    "statistics.missing_column": "统计数据文件 {file} 缺少列：{columns}，请补上。",
    "statistics.month": "统计数据第 {row} 行：月份“{value}”不在 1 至 12 之间，请改正。",
    "statistics.not_a_number": "统计数据第 {row} 行：“{column}”的值“{value}”不是数，请改正。",
    "statistics.unknown_unit": "统计数据第 {row} 行：没有填报单元“{value}”，请核对代码。",
    "store.full": "数据库“{url}”所在的磁盘已满，不能读写，已有数据没有改动；请腾出空间后重试。",
    "store.not_initialised": "数据库尚未初始化，或表结构是旧版本，请先运行 palmmap init。",
    "store.unreachable": "连接不上数据库“{url}”，请检查 DATABASE_URL 和数据库服务后重试。",
    "tasks.unknown_unit": "方案的任务表里没有“{unit}”，请核对单位名称。",
    "term.unknown": "“{value}”不是规定的用语（{options}），已原样保留在项目的其他信息里。",
    "unit.ambiguous": "“{value}”可能是：{options}，请写明所在市。",
    "unit.forbidden": "“{value}”不在您的管理范围内，不能导入。",
    "unit.missing": "没有所属区县，也没有可以判断区县的建设地点，请补上。",
    "unit.not_in_address": "从建设地点判断不出所属区县，请增加“所属区县”列。",
    "unit.retired": "区划代码 {adcode}({name})已撤销，现为：{successors}，请改用现行代码。",
    "unit.succeeded": "代码 {adcode} 已撤销，已改用现行的 {successor} {name}。",
    "unit.unknown": "没有名为“{value}”的区县、开发区，请核对所属区县。",
    "unit.unknown_code": "没有区划代码 {adcode}，请核对。",
    "unit.whose_bucket": "“{value}”没有写明是哪个市，请写成“长治市市直”或用 --unit 指定。",
    "web.as_of": "日期“{value}”不正确，应为 2024-10-31 这样的日期。",
    "web.tile": "没有这个影像瓦片地址，应为 /palmmap/tiles/影像编号/级别/列/行。",
    "workdays.outside_calendar": "节假日日历只有 {first} 至 {last} 年，"
    "{day} 是不是工作日不能确定，请更新日历后再算时限。",
}
"""code -> sentence with named places for its parameters."""


def sentence(code: str, **params: object) -> str:
    """错误提示语 sentence of a code, with its parameters filled in.

    Raises
    ------
    KeyError
        If the code has no sentence: a fault of the program (tests/test_house.py looks for it).
    """
    return SENTENCES[code].format(**params)


def reason(code: str, params: Mapping[str, object]) -> str:
    """研判理由 sentence of a verdict's reason, the stage it speaks of named in Chinese."""
    named = {"stage": ImageryStage.labels()[str(params["stage"])]} if "stage" in params else {}
    ways = {side: _way(params[f"{side}_pct"]) for side in ("net", "ring") if f"{side}_pct" in params}
    return sentence(
        code, **{**params, **{name: _plain(name, value) for name, value in params.items()}, **named, **ways}
    )


def _way(change: object) -> str:
    return "增加" if float(str(change)) >= 0 else "减少"


def _plain(name: str, value: object) -> object:
    """A figure as it is read: its direction stands in words, thousands are set apart."""
    if name.endswith(("_m2", "_m3")) and isinstance(value, int | float):
        return f"{abs(value):,.0f}"
    return abs(value) if name in ("net_pct", "ring_pct") and isinstance(value, int | float) else value


def told(check: str) -> str:
    """核对说明 sentence of a stored finding, e.g. ``photo.far_from_site?distance_m=1523&limit_m=500``."""
    code, _, params = check.partition("?")
    return sentence(code, **dict(parse_qsl(params)))


def explain(refusal: Refusal | GeoError) -> str:
    """说明原因 sentence that explains a refusal to the person at the screen or the terminal."""
    return sentence(refusal.code, **refusal.params)
