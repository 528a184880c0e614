"""提示语 the one table of Chinese sentences for error codes: where, what, and what to do."""

from collections.abc import Mapping

from geo.errors import GeoError
from monitor.errors import Refusal

SENTENCES: Mapping[str, str] = {
    "boundary.bad_adcode": "边界图层中“{name}”的行政区划代码“{adcode}”不是 6 位数字,请改正后重新导入。",
    "boundary.duplicate_adcode": "边界图层中行政区划代码 {adcode} 出现多次,请合并或删去重复的图斑后重新导入。",
    "boundary.invalid_shape": "边界图层中“{name}”({adcode})的图形无效({why}),请修复后重新导入。",
    "boundary.missing_file": "边界目录 {folder} 缺少文件 {file},请运行 make boundaries 重新生成,或重新导入官方边界。",
    "boundary.no_county": "文件“{file}”中没有县级边界,请提供县级(或不设区县的市)图斑。",
    "boundary.no_crs": "文件“{file}”没有写明坐标系,请补上(如 Shapefile 的 .prj 文件)后重新导入。",
    "boundary.no_field": "文件“{file}”中找不到 {field} 对应的字段,现有字段:{columns};"
    "请用 --adcode-field、--name-field 指定。",
    "boundary.no_name": "边界图层中代码 {adcode} 的图斑没有名称,请补上后重新导入。",
    "boundary.no_polygon": "边界图层中“{name}”({adcode})不是面状图形,请检查图层后重新导入。",
    "boundary.overlap": "边界图层中 {first} 与 {second} 重叠 {pct}%,超过 0.01%,请改正后重新导入。",
    "boundary.retired_adcode": "行政区划代码 {adcode}({name})已撤销,现为 {successors},请改用现行代码。",
    "boundary.retired_unknown": "行政区划代码 {adcode}({name})已撤销,请核对后改用现行代码。",
    "boundary.unknown_adcode": "没有行政区划代码 {adcode},请核对。",
    "boundary.unknown_parent": "边界图层中代码 {adcode} 的上级代码“{parent}”不存在,请核对。",
    "boundary.unreadable": "文件“{file}”不存在、是空的或不是矢量图层,请提供 GeoJSON、Shapefile 或 GeoPackage 文件。",
    "cascade.catch_up": "年度目标还差 {remaining} 万元,剩余 {left} {span},平均每{span}需完成 {needed} 万元。",
    "cascade.no_time_left": "年度目标还差 {remaining} 万元,本年已无剩余时间。",
    "cascade.pro_rata": "按时间平均分解。",
    "cascade.reached": "年度目标已完成。",
    "cascade.remaining": "年度目标还差 {remaining} 万元。",
    "cascade.stated": "方案自定。",
    "cascade.step": "{start}至{end}目标 {amount} 万元({basis}),期末累计应达 {cumulative} 万元;已完成 {done} 万元,"
    "距期末目标还差 {gap} 万元。",
    "cascade.sum_differs": "分季(月)目标合计 {sum} 万元,与年度目标 {total} 万元相差 {difference} 万元,请核对。",
    "cascade.target_falls": "截至{month}月的累计目标 {value} 万元低于截至{before}月的 {lower} 万元,"
    "请核对分月或分季目标。",
    "document.broken_image": "图片“{file}”不完整或已损坏,请重新拍摄或导出后上传。",
    "document.empty": "文件“{file}”是空文件,请检查后重新上传。",
    "document.file_missing": "材料“{file}”的文件已不在上传目录中,请联系管理员从备份恢复。",
    "document.image_too_large": "图片“{file}”超过 {pixels} 百万像素,请缩小后重新上传。",
    "document.not_accepted": "文件“{file}”不能收录,请上传图片(JPEG、PNG、WebP)、PDF 或 Word、Excel、PPT 文件。",
    "document.not_found": "没有找到该材料,或其项目不在您的查看范围内,请刷新页面后重试。",
    "document.too_large": "文件“{file}”超过 {limit_mb} MB,请压缩后重新上传。",
    "document.used_elsewhere": "同一文件已用于其他 {projects} 个项目,请核实。",
    "doctor.unwell": "有 {count} 项不合格,请按上面标为“异常”的各项处理后重试。",
    "footprint.empty": "项目红线是空的,请重新绘制或导出。",
    "footprint.no_crs": "红线文件“{file}”没有写明坐标系,请补上后重新上传。",
    "footprint.not_polygon": "项目红线不是面状图形(实际为 {kind}),请上传闭合的范围线。",
    "footprint.outside_china": "项目红线不在我国境内(中心 {lon},{lat}),请检查坐标系和经纬度次序。",
    "footprint.self_intersecting": "项目红线自相交且无法修复({why}),请重新绘制。",
    "footprint.too_large": "项目红线面积 {area_km2} 平方公里,超过 {limit_km2} 平方公里,请检查坐标系和单位。",
    "footprint.too_small": "项目红线面积 {area_m2} 平方米,不足 {limit_m2} 平方米,请检查坐标系和单位。",
    "footprint.unreadable": "红线文件“{file}”不存在或无法读取,请提供 GeoJSON、GeoPackage、Shapefile 或 WKT 文件。",
    "geocode.address_differs": "填报的区划为{declared},而地址写的是{address},请核对。",
    "geocode.ambiguous": "地名有多处,不能确定:{options};请补充所在省、市。",
    "geocode.approximate": "没有坐标,以{district}内的一点代替。",
    "geocode.cannot_read": "文件“{file}”不存在或无法读取,请检查路径和权限。",
    "geocode.cannot_write": "不能写入文件“{file}”,请检查路径和权限。",
    "geocode.datum_open": "坐标基准不明,按不同基准分别在{options},请注明坐标基准。",
    "geocode.datum_taken": "坐标按 {datum} 识别并已换算为国家大地坐标。",
    "geocode.empty": "文件“{file}”中没有数据行,请检查后重试。",
    "geocode.no_columns": "文件“{file}”中没有可用的列,至少需要其中一列:{columns}。",
    "geocode.no_place": "没有可识别的地点,请补充地址、坐标或所在县区。",
    "geocode.not_a_county": "只能确定到{district},请补充所在县区。",
    "geocode.not_csv": "文件“{file}”不是 CSV 文本,请另存为 UTF-8 或 GB18030 编码的 CSV 后重试。",
    "geocode.outside_declared": "坐标落在{actual},不在所填的{declared}内,请核对坐标或区划。",
    "geocode.retired_adcode": "行政区划代码 {adcode} 已撤销,现为 {successors}。",
    "geocode.swapped": "经纬度次序颠倒,已对调。",
    "geocode.unknown_adcode": "没有行政区划代码 {adcode},请核对。",
    "geocode.zone": "位于{name}(单元代码 {unit})。",
    "indicators.no_denominator": "不适用:分母为空({denominator})。",
    "indicators.not_entered": "未录入“{label}”,不能计算。",
    "indicators.part_missing": "以下分项不能计算:{parts}。",
    "lights.none_applies": "没有适用的检查,不能判断。",
    "location.half": "坐标只填了一半(“{value}”),请同时填写经度和纬度。",
    "location.none": "没有填写坐标。",
    "location.not_in_china": "坐标({lon},{lat})不在我国境内,请检查经纬度和单位。",
    "location.outside_districts": "坐标({lon},{lat})落在海上或境外,不在任何县区内,请核对。",
    "location.unreadable": "坐标“{value}”无法识别,请填写十进制度、度分秒或国家大地坐标系平面坐标。",
    "location.zero": "坐标为 0,0,按未填写处理,请补充。",
    "photo.before_start": "拍摄于 {taken_on},早于项目开工日期 {started_on},请核实。",
    "photo.far_from_site": "拍摄地点距项目 {distance_m} 米,超过 {limit_m} 米,请核实是否为本项目现场。",
    "photo.in_the_future": "拍摄时间 {taken_on} 晚于上传时间,请核实相机时钟。",
    "photo.inside_site": "拍摄地点在项目红线内。",
    "photo.near_site": "拍摄地点距项目 {distance_m} 米(不超过 {limit_m} 米)。",
    "photo.no_position": "照片没有位置信息,无法核对拍摄地点。",
    "photo.no_time_stated": "照片没有拍摄时间,无法核对拍摄日期。",
    "photo.site_approximate": "项目位置为近似位置,照片距其约 {distance_m} 米,仅供参考。",
    "photo.site_unknown": "项目没有可用位置,无法核对拍摄地点。",
    "photo.stale": "拍摄于 {taken_on},上传时已过 {days} 天,请补充近期照片。",
    "photo.taken_on": "拍摄于 {taken_on}。",
    "project.not_yet_known": "{day} 时项目库中还没有该项目,请换一个较晚的数据时点。",
    "project.not_found": "没有找到该项目,或该项目不在您的查看范围内,请从项目库重新选择。",
    "rules.checksum": "规则文件 {file} 的分项之和 {sum} 与总数 {total} 不符,请核对。",
    "rules.duplicate_key": "规则文件 {file} 第 {line} 行:键“{key}”重复,请删去一个。",
    "rules.duplicate_rule": "规则文件 {file} 与 {other} 的规则键“{key}”相同,请改名或删去一个。",
    "rules.example": "规则文件 {file} 的第 {example} 个示例不成立:应为 {expected},算得 {got},请改正规则或示例。",
    "rules.missing_key": "规则文件 {file} 第 {line} 行:缺少键“{key}”,请补上。",
    "rules.missing_outcome": "规则文件 {file} 缺少判定结果“{outcome}”,请在 outcomes 下写明颜色和说明。",
    "rules.no_ranking": "方案“{plan}”在 {on} 没有生效的排名规则。",
    "rules.not_a_mapping": "规则“{rule}”的取值应写成多个有名称的阈值。",
    "rules.not_a_number": "规则“{rule}”的取值应是一个数。",
    "rules.not_in_force": "规则“{rule}”在 {on} 没有生效的取值,请在 values 下补上日期和数值。",
    "rules.overlap": "规则文件 {file} 第 {line} 行:“{key}”的有效期与另一取值重叠,请改正日期。",
    "rules.population_empty": "规则文件 {file} 第 {line} 行:“{key}”的取值“{value}”不存在,选不出任何项目,请改正。",
    "rules.population_matches_nothing": "规则文件 {file} 的第 {example} 个示例不在规则的适用范围内,请改正范围或示例。",
    "rules.syntax": "规则文件 {file} 第 {line} 行不是正确的 YAML,请改正后重试。",
    "rules.unknown_function": "规则文件 {file} 的计算方法“{function}”不存在,请改正 function。",
    "rules.unknown_key": "规则文件 {file} 第 {line} 行:不认识的键“{key}”,请删去或改正。",
    "rules.unknown_plan": "没有方案“{plan}”,现有方案:{known}。",
    "rules.unknown_preset": "没有亮灯预设“{preset}”,现有预设:{known}。",
    "rules.unknown_rule": "没有规则“{rule}”。",
    "rules.wrong_value": "规则文件 {file} 第 {line} 行:“{key}”的取值“{value}”不符合要求,请对照 docs/rules.md 改正。",
    "store.not_initialised": "数据库尚未初始化,请先运行 palmmap init。",
    "layers.outside": "地图引用了外部地址“{address}”,内网不能访问,请改用随系统提供的资源。",
    "project.unknown": "没有编号为 {project} 的项目,或不在您的区域内。",
    "serve.host_unusable": "不能在地址 {host}:{port} 上启动服务,请检查 --host 和 --port。",
    "serve.port_taken": "端口 {port} 已被占用,请用 --port 另选端口,或停止占用它的程序。",
    "web.as_of": "日期“{value}”不正确,应为 2024-10-31 这样的日期。",
    "statistics.missing_column": "统计数据文件 {file} 缺少列:{columns},请补上。",
    "statistics.month": "统计数据第 {row} 行:月份“{value}”不在 1 至 12 之间,请改正。",
    "statistics.not_a_number": "统计数据第 {row} 行:“{column}”的值“{value}”不是数,请改正。",
    "statistics.unknown_unit": "统计数据第 {row} 行:没有填报单元“{value}”,请核对代码。",
    "store.unreachable": "连接不上数据库“{url}”,请检查 DATABASE_URL 和数据库服务后重试。",
    "workdays.outside_calendar": "节假日日历只有 {first} 至 {last} 年,{day} 是不是工作日不能确定,"
    "请更新日历后再算时限。",
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


def explain(refusal: Refusal | GeoError) -> str:
    """说明原因 sentence that explains a refusal to the person at the screen or the terminal."""
    return sentence(refusal.code, **refusal.params)
