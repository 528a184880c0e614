"""影像提示语 the Chinese sentences about scenes, inspections, decisions and problems; part of monitor.messages."""

NET = "净{net} {net_pct} 个百分点，约 {net_m2} 平方米（周边同期{ring} {ring_pct} 个百分点）。"

IMAGERY: dict[str, str] = {
    "decision.finding_missing": "核查结论是“{finding}”，如确认不符，请选明实际情况（未见施工、慢于填报或快于填报）。",
    "decision.meanwhile": "{by} 刚刚作了“{decision}”处理，请点“返回”看过以后再作处理，您写的说明还在。",
    "decision.note_missing": "请写明处理意见后再提交。",
    "decision.nothing_to_confirm": "影像不可用，不能据以确认不符，请选择补拍复核或影像作废。",
    "decision.other_scene": "该影像不是这次核查所用的前后两期影像，请重新选择。",
    "decision.role_looks_only": "角色“{role}”不能处理影像核查，请由核查员办理。",
    "decision.superseded": "该项目已有更新的核查，请刷新页面后对最新一次作出处理。",
    "evidence.not_registered": "两期未能自动配准，按原坐标比较。",
    "evidence.other_season": "两期在年内相差 {days} 天，季节不同，已与周边对照。",
    "evidence.registered": "两期吻合，偏移不足 0.1 米。",
    "evidence.same_season": "两期在年内相差 {days} 天，季节相同。",
    "evidence.shift": "后期影像偏移 {length_m} 米（东西 {east_m:+.1f}、南北 {south_m:+.1f}，东、南为正），已纠正。",
    "evidence.usable": "两期均有影像的占 {covered_pct:.0f}%，均无云和阴影的占 {clear_pct:.0f}%。",
    "inspect.bad_date": "影像日期“{value}”不是日期，请写成 2025-05-20 的样子。",
    "inspect.one_date": "只有 {count} 期影像覆盖该地块（另有 {outside} 期不覆盖），至少要两个日期，请补充影像。",
    "inspect.too_few_scenes": "只给了 {count} 期影像，至少要两期，请再加 --scene 日期=文件。",
    "inspection.home_not_seen": "Dask 工作进程“{worker}”不能读写数据目录 {home}，请在该机器上把它挂载到同一路径。",
    "inspection.no_scheduler": "连接不上 Dask 调度器“{address}”，请检查 --scheduler 的地址和端口。",
    "inspection.no_workers": "Dask 调度器“{address}”在 {seconds} 秒内没有工作进程，请先启动 dask worker。",
    "inspection.not_found": "没有找到该核查记录，或其项目不在您的查看范围内，请刷新页面后重试。",
    "inspection.picture_unknown": "没有名为“{picture}”的证据图，请从核查页打开。",
    "inspection.pictures_not_kept": "证据图没有存入 {folder}，多为磁盘已满或目录不可写，请管理员腾出空间后重试。",
    "inspection.worker_lacks_package": "Dask 工作进程“{worker}”没有安装本系统或版本不同，请在该机器上安装同一版本。",
    "inspection.worker_lost": "Dask 工作进程中途退出，请检查其日志（多为内存不足）后再运行，已核查的不会重做。",
    "photo.before_start": "拍摄于 {taken_on}，早于项目开工日期 {started_on}，请核实。",
    "photo.broken": "照片“{file}”不完整或不是图片，请重新导出。",
    "photo.far_from_site": "拍摄地点距项目 {distance_m} 米，超过 {limit_m} 米，请核实是否为本项目现场。",
    "photo.heic": "照片“{file}”是 HEIC 格式，请在手机上导出为 JPEG（保留定位）后重新导入。",
    "photo.in_the_future": "拍摄时间 {taken_on} 晚于上传时间，请核实相机时钟。",
    "photo.inside_site": "拍摄地点在项目红线内。",
    "photo.near_site": "拍摄地点距项目 {distance_m} 米（不超过 {limit_m} 米）。",
    "photo.no_place": "照片“{file}”没有定位信息，请用带定位的原图。",
    "photo.no_position": "照片没有位置信息，无法核对拍摄地点。",
    "photo.no_site": "照片“{file}”的拍摄地点 {limit_m} 米内没有已知准确位置的项目，请在项目档案页上传。",
    "photo.no_time": "照片“{file}”没有拍摄时间，请用相机原图。",
    "photo.no_time_stated": "照片没有拍摄时间，无法核对拍摄日期。",
    "photo.several_sites": "照片“{file}”的拍摄地点附近有 {count} 个项目，不能确定是哪一个，请在项目档案页上传。",
    "photo.site_approximate": "项目位置为近似位置，照片距其约 {distance_m} 米，仅供参考。",
    "photo.site_unknown": "项目没有可用位置，无法核对拍摄地点。",
    "photo.stale": "拍摄于 {taken_on}，上传时已过 {days} 天，请补充近期照片。",
    "photo.taken_on": "拍摄于 {taken_on}。",
    "problem.imagery_title": "影像核查确认：{before_on} 至 {after_on} 的影像与填报不符（{finding}），请核实整改。",
    "problem.closed": "该督办事项已由 {by} 办结，不必重复办理。",
    "problem.not_found": "没有找到该督办事项，或其项目不在您的查看范围内，请刷新页面后重试。",
    "problem.note_missing": "请写明办理结果后再办结。",
    "problem.withdrawn": "核查结论更正为“{decision}”，督办撤销。",
    "scene.band_count": "影像“{file}”有 {count} 个波段，指明的是 {told} 个，请逐一写明。",
    "scene.band_unknown": "影像“{file}”指明的波段“{band}”不认识，请从 {known} 中选用，用不到的写 band5 这样的名称。",
    "scene.bands_missing": "“{file}”没有 {bands} 波段的文件，请补齐；STAC 接口可换数据集（--collection）后重新导入。",
    "scene.broken": "影像“{file}”不完整或已损坏，读不出像元，请重新获取。",
    "scene.damaged": "影像“{file}”的像元与文件自带的校验和不符，多为拷贝或下载时损坏，请重新获取。",
    "scene.empty": "影像“{file}”没有有效像元，请检查后重新获取。",
    "scene.in_the_future": "影像“{file}”的日期 {day} 晚于今天，请核对。",
    "scene.item_numbers": "STAC 条目“{file}”中的 scale、offset 或 nodata 不是数，请改正目录后重新导入。",
    "scene.missing": "没有找到影像“{file}”，请检查路径。",
    "scene.no_bands": "影像“{file}”有 {count} 个波段，但没有写明次序，请用 --bands 指明，如 blue,green,red,nir。",
    "scene.no_catalogue": "“{address}”不是 STAC 接口或目录，请核对网址或文件。",
    "scene.no_crs": "影像“{file}”没有可用的坐标系，请先配准；"
    "带世界文件（.tfw）的，把坐标系写成同名 .prj 文件放在旁边后重新导入。",
    "scene.no_date": "影像“{file}”没有写明拍摄日期，请写进文件名，或用 --date(核查单个地块时用 日期=文件)指明。",
    "scene.no_endpoint": "影像“{file}”的地址 {address} 不能直接下载，请换一个给出 https 地址的数据集；"
    "对象存储（s3://）可把其 https 地址写入环境变量 PALMMAP_S3_ENDPOINT 后重新导入。",
    "scene.no_heights": "“{file}”是高程（DSM/DEM），但不是以米为单位的单波段浮点或整数，请提供原始高程文件。",
    "scene.no_network": "连接不上“{address}”，请检查网址和网络；内网机器请先在能联网的机器上下载，"
    "再从本机的文件夹或 STAC 目录导入。",
    "scene.no_sites": "没有带红线或准确坐标的项目，不知道该取哪里的影像，请先导入项目位置。",
    "scene.none_found": "“{place}”中没有影像（GeoTIFF、COG、JP2）或带定位的照片，请检查路径。",
    "scene.none_offered": "“{address}”没有覆盖项目地块的影像，请换一个数据集（--collection）或放宽日期（--since）。",
    "scene.not_allowed": "“{address}”不准许读取（{status}），链接可能已过期，或需要口令：请重新取得链接，"
    "或把口令写入环境变量 PALMMAP_STAC_TOKEN 后重新导入。",
    "scene.not_fetched": "影像“{file}”没有下载成功，请检查网址 {address} 后重新导入。",
    "scene.not_found": "没有找到该影像，或此处没有您可以查看的项目，请刷新页面后重试。",
    "scene.not_kept": "影像“{file}”没有存入数据目录，多为磁盘已满或目录不可写，请腾出空间或开放权限后重新导入。",
    "scene.not_optical": "“{file}”的像元是复数（多为雷达数据），不是光学影像，不能判读，请换一幅。",
    "scene.off_earth": "影像“{file}”的坐标不在地球范围内，多为坐标系写错，请核对坐标系后重新导入。",
    "scene.outside": "影像“{file}”不覆盖该地块，请换一幅或核对红线坐标。",
    "scene.packed": "“{file}”是压缩包，请解压后导入其中的文件夹。",
    "scene.palette": "“{file}”是索引色图，请转为真彩色（RGB）后重新导入。",
    "scene.rotated": "影像“{file}”带旋转，请先纠正为正北方向后再导入。",
    "scene.saturated": "影像“{file}”有 {share}% 的像元达到最大值（过曝，或没有写明无数据值），"
    "不能用于判读，请换一幅或补写无数据值。",
    "scene.server_failed": "“{address}”的服务器出错（{status}），不是本机的问题，请稍后重试或联系提供方。",
    "signing.name_missing": "请填写核查人姓名（办理人本人的真实姓名），再提交。",
    "signing.name_unreadable": "姓名只能写文字、间隔点和括号，请改正后再提交。",
    "signing.name_too_long": "姓名不能超过 {limit} 个字，请改正后再提交。",
    "verdict.bands_assumed": "影像“{file}”未写明波段，按惯例次序判读，请核对。",
    "verdict.datum_converted": "项目坐标由 {datum} 换算而来，换算误差可使核查范围偏移数米，基准若填错可偏移数百米。",
    "verdict.hidden_cloud": "云、雾或积雪遮住地块的 {hidden_pct}%。",
    "verdict.hidden_masked": "影像自带标识说明地块的 {hidden_pct}% 是云、影或雪。",
    "verdict.hidden_shadow": "阴影遮住地块的 {hidden_pct}%。",
    "verdict.invested_above_stage": "填报累计完成投资占总投资 {invested_pct}%，"
    "高于所见阶段（{stage}）通常的上限 {highest_pct:g}%；征地、设备等投入影像看不到，请核对支付凭证。",
    "verdict.no_image_before_start": "最早的可用影像（{before_on}）晚于填报开工日期 {start_on}，"
    "看不到此前的施工，不能据此判断。",
    "verdict.no_visible_works": "{before_on} 至 {after_on} 未见明显施工。",
    "verdict.not_clear": "地块两期均可见的部分只有 {clear_pct}%，不足 {needed_pct}%，不能判读。",
    "verdict.not_covered": "两期影像只覆盖地块的 {clear_pct}%，不足 {needed_pct}%，不能判读。",
    "verdict.not_recognised": "{before_on} 至 {after_on} 未见明显施工，但认不出两期是同一地面"
    "（可能有云、影、雪或作物变化），不能断定，建议换一期影像（有近红外的更好）或现场查看。",
    "verdict.not_registered": "两期影像未能自动配准，细小变化仅供参考。",
    "verdict.other_season": "两期影像（{before_on}、{after_on}）季节不同，已与周边对照。",
    "verdict.point_site": "没有项目红线，以准确坐标周围 {radius_m} 米为核查范围，边界仅供参考。",
    "verdict.quiet_as_reported": "填报未开工，影像亦未见明显施工（施工可能性 {score_pct}%）。",
    "verdict.reported_progress": "同期填报形象进度 {reported_pct}%，请核实。",
    "verdict.reported_start": "填报开工日期为 {start_on}。",
    "verdict.scene_outside": "影像“{file}”不覆盖该地块，未采用。",
    "verdict.seen_bare": "裸土或开挖面" + NET,
    "verdict.seen_built": "建筑或硬化面" + NET,
    "verdict.seen_change": "地块内明显变化净{net} {net_pct} 个百分点，约 {net_m2} 平方米（周边变化 {ring_pct}%）。",
    "verdict.seen_height": "两期高程对比，地块内降低（挖方、拆除）约 {cut_m3} 立方米，"
    "升高（填方、新建）约 {fill_m3} 立方米。",
    "verdict.seen_vegetation": "植被" + NET,
    "verdict.seen_water": "水面" + NET,
    "verdict.stage_below_report": "影像所见阶段为{stage}，填报形象进度 {reported_pct}%，"
    "高于该阶段通常的上限 {highest_pct:g}%，请核实。",
    "verdict.started_earlier": "影像显示 {after_on} 至 {before_on} 之间动工，早于填报开工日期 {start_on}，请核实。",
    "verdict.started_later": "影像显示 {after_on} 至 {before_on} 之间动工，晚于填报开工日期 {start_on}，请核实。",
    "verdict.undecided": "施工可能性 {score_pct}%，不足以判断，建议补拍或现场查看。",
    "verdict.works_before_report": "填报未开工，影像可见施工（可能性 {score_pct}%），请核实。",
    "verdict.works_visible": "影像可见施工（可能性 {score_pct}%），阶段为{stage}。",
}
"""code -> sentence with named places for its parameters."""

METHODS: dict[str, str] = {
    "redness over neutral ground (Mathieu 1998)": "红度，以周边中性地物为零点（Mathieu 1998）",
    "neither vegetation, soil nor water: neutral or bright surfaces (Mathieu 1998)": (
        "植被、裸土、水面以外的中性或明亮地表（Mathieu 1998）"
    ),
    "PanTex (Pesaresi 2008)": "局部对比度 PanTex（Pesaresi 2008）",
    "DoD, level of detection (Wheaton 2010)": "两期高程差，按周边配平，超出检出限计量（Wheaton 2010）",
    "CVA (Malila 1980)": "变化向量分析 CVA（Malila 1980）",
    "cloud and shadow by colour and by the other date; SCL where delivered": (
        "按颜色和两期互校剔除云和阴影，有 SCL 的采用 SCL"
    ),
    "phase correlation of gradients (Guizar-Sicairos 2008)": ("梯度相位相关（Guizar-Sicairos 2008）"),
    "days apart in the year; the ring is the control": "按年内日序，以周边为对照",
}
"""方法说明 words for the formulas that geo.evidence names in English; the others are symbols."""


def method(written: str) -> str:
    """方法 formula of a figure and its paper, in words where geo names it in words."""
    return METHODS.get(written, written)
