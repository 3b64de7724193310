<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AnswerBody</name>
    <message>
        <source>Set this for the next check</source>
        <translation>为下一次检查设置</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>怎么办</translation>
    </message>
    <message>
        <source>What it may be, and what decides</source>
        <translation>可能的原因，以及看什么即可判定</translation>
    </message>
    <message>
        <source>Follows from it</source>
        <translation>由此引起的</translation>
    </message>
    <message>
        <source>Commands for {platform}</source>
        <translation>{platform} 的命令</translation>
    </message>
    <message>
        <source>{who} · {cause}</source>
        <translation>{who} · {cause}</translation>
    </message>
</context>
<context>
    <name>CheckupPage</name>
    <message>
        <source>Diagnose</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>What is checked…</source>
        <translation>检查哪些内容…</translation>
    </message>
    <message>
        <source>Open a report…</source>
        <translation>打开报告…</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>复制结论</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>production</source>
        <translation>生产环境</translation>
    </message>
    <message>
        <source>There is no address yet. Paste one, or choose a profile.</source>
        <translation>还没有地址。请粘贴一个，或选择一个配置。</translation>
    </message>
    <message>
        <source>Run {run} · probes in flight: {count}</source>
        <translation>检查 {run} · 进行中的探测：{count}</translation>
    </message>
    <message>
        <source>Active tests: what was created is removed</source>
        <translation>做过主动测试：创建的内容已清除</translation>
    </message>
    <message>
        <source>mqassist itself failed before the check began</source>
        <translation>检查开始之前 mqassist 自身出错</translation>
    </message>
    <message>
        <source>Broker&apos;s log</source>
        <translation>Broker 日志</translation>
    </message>
    <message>
        <source>Logs (*.log *.txt *.gz);;All files (*)</source>
        <translation>日志 (*.log *.txt *.gz);;所有文件 (*)</translation>
    </message>
    <message>
        <source>A check is running. Stop it first.</source>
        <translation>正在检查，请先停止。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>This run could not be put into the history</source>
        <translation>这次检查未能存入历史</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Time limit of one wait, seconds</source>
        <translation>单次等待上限（秒）</translation>
    </message>
    <message>
        <source>Heartbeat or Keep Alive, seconds</source>
        <translation>心跳或保活时间（秒）</translation>
    </message>
    <message>
        <source>Keep Alive, seconds</source>
        <translation>保活时间（秒）</translation>
    </message>
    <message>
        <source>Heartbeat, seconds</source>
        <translation>心跳（秒）</translation>
    </message>
    <message>
        <source>Watch the connection, seconds</source>
        <translation>观察连接（秒）</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>客户端 id</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>交换机</translation>
    </message>
    <message>
        <source>Routing key</source>
        <translation>路由键</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>MQTT version</source>
        <translation>MQTT 版本</translation>
    </message>
    <message>
        <source>Management API</source>
        <translation>管理接口</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Name to check, if not the host</source>
        <translation>要核对的名称（与主机不同时）</translation>
    </message>
    <message>
        <source>File with the trusted CA</source>
        <translation>受信任 CA 的文件</translation>
    </message>
    <message>
        <source>as the broker offers</source>
        <translation>按 Broker 建议</translation>
    </message>
    <message>
        <source>as the system has it</source>
        <translation>按系统设置</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>彻底检查</translation>
    </message>
    <message>
        <source>Read-only: create nothing</source>
        <translation>只读：不创建任何东西</translation>
    </message>
    <message>
        <source>Broker&apos;s log…</source>
        <translation>Broker 日志…</translation>
    </message>
    <message>
        <source>Without the logs</source>
        <translation>不用日志</translation>
    </message>
    <message>
        <source>What is checked</source>
        <translation>检查哪些内容</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>PasswordAsk</name>
    <message>
        <source>The password of {name} is not stored</source>
        <translation>{name} 的密码没有保存</translation>
    </message>
    <message>
        <source>Type it below and press Diagnose. It is forgotten after the run.</source>
        <translation>请在下面输入，然后按“诊断”。检查结束后不会保留。</translation>
    </message>
    <message>
        <source>Without a password</source>
        <translation>不用密码</translation>
    </message>
    <message>
        <source>The keyring is locked</source>
        <translation>系统密钥环已锁定</translation>
    </message>
    <message>
        <source>The keyring does not answer</source>
        <translation>系统密钥环没有应答</translation>
    </message>
    <message>
        <source>There is no keyring on this computer</source>
        <translation>这台电脑上没有密钥环</translation>
    </message>
    <message>
        <source>The only keyring here is a plain file, which is not asked for secrets</source>
        <translation>这里唯一的密钥环是明文文件，不从中读取机密</translation>
    </message>
    <message>
        <source>The keyring refused to give the password</source>
        <translation>系统密钥环拒绝给出密码</translation>
    </message>
    <message>
        <source>Nothing was sent yet. Type the password below for this run, or unlock the keyring and try again.</source>
        <translation>还没有发送任何东西。请在下面输入本次检查的密码，或解锁密钥环后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>PathPicture</name>
    <message>
        <source>The way to the broker</source>
        <translation>到 Broker 的路径</translation>
    </message>
    <message>
        <source>You</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Keep Alive</source>
        <translation>保活</translation>
    </message>
    <message>
        <source>Heartbeat</source>
        <translation>心跳</translation>
    </message>
    <message>
        <source>{address}: {what}</source>
        <translation>{address}：{what}</translation>
    </message>
    <message>
        <source>{count} more addresses</source>
        <translation>另有 {count} 个地址</translation>
    </message>
    <message>
        <source>+ {count} more</source>
        <translation>另有 {count} 个</translation>
    </message>
</context>
<context>
    <name>ProductionSheet</name>
    <message>
        <source>Production</source>
        <translation>生产环境</translation>
    </message>
    <message>
        <source>{name} is a production broker</source>
        <translation>{name} 是生产环境的 Broker</translation>
    </message>
    <message>
        <source>This check would do the following there and undo it afterwards:</source>
        <translation>这次检查会在上面做以下操作，并在之后清除：</translation>
    </message>
    <message>
        <source>Only read</source>
        <translation>只读检查</translation>
    </message>
    <message>
        <source>Do all of it</source>
        <translation>全部执行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Created: a queue that only this connection sees and that is named after the run; one message goes through it. Removed: both, with the connection.</source>
        <translation>创建：一个仅此连接可见、以本次检查命名的队列，并通过它收发一条消息。清除：两者都随连接一起消失。</translation>
    </message>
    <message>
        <source>a topic named after the run</source>
        <translation>以本次检查命名的主题</translation>
    </message>
    <message>
        <source>Created: a subscription and one message on {topic}, not retained. Removed: both, with the connection.</source>
        <translation>创建：一个订阅，并在 {topic} 上发布一条不保留的消息。清除：两者都随连接一起消失。</translation>
    </message>
    <message>
        <source>Only if the first test is refused, to tell the causes apart. Created: single messages on {topic}, not retained. Removed: with the connection.</source>
        <translation>仅在第一项测试被拒绝时进行，用来区分原因。创建：在 {topic} 上发布几条不保留的消息。清除：随连接一起消失。</translation>
    </message>
</context>
<context>
    <name>ProgressBody</name>
    <message>
        <source>Already known</source>
        <translation>已经知道</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>正在进行</translation>
    </message>
    <message>
        <source>the answer</source>
        <translation>得出结论</translation>
    </message>
    <message>
        <source>Still to come</source>
        <translation>接下来</translation>
    </message>
</context>
<context>
    <name>Proof</name>
    <message>
        <source>Read more</source>
        <translation>延伸阅读</translation>
    </message>
    <message>
        <source>Measured on this path</source>
        <translation>在这条路径上测得</translation>
    </message>
    <message>
        <source>Why this is certain</source>
        <translation>为什么可以确定</translation>
    </message>
    <message>
        <source>What was seen</source>
        <translation>看到的现象</translation>
    </message>
    <message>
        <source>Client settings, with the arithmetic</source>
        <translation>客户端设置，附计算过程</translation>
    </message>
    <message>
        <source>In the broker&apos;s log: {count}</source>
        <translation>Broker 日志里有 {count} 行</translation>
    </message>
    <message>
        <source>Show line {line}</source>
        <translation>查看第 {line} 行</translation>
    </message>
    <message>
        <source>Ruled out</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>另有 {count} 项</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>A secret was masked in one place, marked above. Nothing else was left out.</source>
        <translation>有 1 处密码等机密已遮盖，见上面的标记；其余内容都在。</translation>
    </message>
    <message>
        <source>Secrets were masked in {count} places, marked above. Nothing else was left out.</source>
        <translation>有 {count} 处密码等机密已遮盖，见上面的标记；其余内容都在。</translation>
    </message>
    <message>
        <source>No secret of this run is in it: it was searched for all of them.</source>
        <translation>其中没有本次检查的任何机密：已逐一搜索过。</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Saved as {file}</source>
        <translation>已保存为 {file}</translation>
    </message>
    <message>
        <source>It could not be saved</source>
        <translation>未能保存</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Report as</source>
        <translation>报告格式</translation>
    </message>
    <message>
        <source>Text for a ticket to</source>
        <translation>工单正文，发给</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Reports</name>
    <message>
        <source>The answer is on the clipboard</source>
        <translation>结论已复制到剪贴板</translation>
    </message>
    <message>
        <source>The chain is saved</source>
        <translation>证书链已保存</translation>
    </message>
    <message>
        <source>The chain could not be saved</source>
        <translation>证书链无法保存</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt);;All files (*)</source>
        <translation>证书 (*.pem *.crt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Save the served chain</source>
        <translation>保存收到的证书链</translation>
    </message>
    <message>
        <source>Open a report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Reports (*.json)</source>
        <translation>报告 (*.json)</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>Paste an address and press Diagnose</source>
        <translation>粘贴一个地址，然后按“诊断”</translation>
    </message>
    <message>
        <source>Every layer is looked at, from the name to the heartbeat, until the one cause is found.</source>
        <translation>从域名到心跳逐层检查，直到找出那一个原因。</translation>
    </message>
    <message>
        <source>Beginning</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Asking the keyring for the password</source>
        <translation>正在向系统密钥环索取密码</translation>
    </message>
    <message>
        <source>Your system may want to be unlocked first. Nothing was sent yet.</source>
        <translation>系统可能要求先解锁。目前还没有发送任何东西。</translation>
    </message>
    <message>
        <source>step {step} of {total} · at most {seconds} s</source>
        <translation>第 {step} 步，共 {total} 步 · 最多 {seconds} s</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Waiting for what the steps saw until now.</source>
        <translation>正在收集各步骤到目前为止看到的现象。</translation>
    </message>
    <message>
        <source>Stopped by you after {time}</source>
        <translation>{time} 后由你停止</translation>
    </message>
    <message>
        <source>What was seen until then stays below; there is no verdict beyond it.</source>
        <translation>到那时为止看到的现象保留在下面，除此之外没有结论。</translation>
    </message>
    <message>
        <source>Putting it together</source>
        <translation>正在汇总</translation>
    </message>
    <message>
        <source>The facts are weighed against every known cause.</source>
        <translation>正在用看到的事实比对所有已知原因。</translation>
    </message>
    <message>
        <source>Checking: {step}</source>
        <translation>正在检查：{step}</translation>
    </message>
    <message>
        <source>{step} did not work; this tells its causes apart.</source>
        <translation>“{step}”没有成功；正在区分可能的原因。</translation>
    </message>
    <message>
        <source>Everything until here is fine.</source>
        <translation>到这里为止一切正常。</translation>
    </message>
    <message>
        <source>{time} of {budget} s</source>
        <translation>{time}，上限 {budget} s</translation>
    </message>
    <message>
        <source>For you to do</source>
        <translation>需要你来处理</translation>
    </message>
    <message>
        <source>{role} has to act</source>
        <translation>处理人：{role}</translation>
    </message>
    <message>
        <source>{file} · {date} · took {time} · run {run}</source>
        <translation>{file} · {date} · 用时 {time} · 检查 {run}</translation>
    </message>
    <message>
        <source>{clock} · took {time} · run {run}</source>
        <translation>{clock} · 用时 {time} · 检查 {run}</translation>
    </message>
    <message>
        <source>Certain · decided by a second probe</source>
        <translation>可以确定 · 由第二次探测判定</translation>
    </message>
    <message>
        <source>Certain</source>
        <translation>可以确定</translation>
    </message>
    <message>
        <source>Very likely, {percent} %</source>
        <translation>很可能，{percent} %</translation>
    </message>
    <message>
        <source>Likely, {percent} %</source>
        <translation>可能，{percent} %</translation>
    </message>
</context>
<context>
    <name>StepDetails</name>
    <message>
        <source>What was seen</source>
        <translation>看到的现象</translation>
    </message>
    <message>
        <source>Save served chain…</source>
        <translation>保存收到的证书链…</translation>
    </message>
    <message>
        <source>Check only this layer again: {layer}</source>
        <translation>只重新检查这一层：{layer}</translation>
    </message>
    <message>
        <source>What the silence can mean</source>
        <translation>没有应答可能意味着什么</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>事实</translation>
    </message>
    <message>
        <source>Live notes</source>
        <translation>实时记录</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>The same check by hand</source>
        <translation>手工做同样的检查</translation>
    </message>
    <message>
        <source>In the broker&apos;s log</source>
        <translation>Broker 日志里</translation>
    </message>
    <message>
        <source>Show line {line}</source>
        <translation>查看第 {line} 行</translation>
    </message>
</context>
<context>
    <name>StepTable</name>
    <message>
        <source>Beside the path</source>
        <translation>路径之外</translation>
    </message>
    <message>
        <source>{count} checks, nothing to note</source>
        <translation>{count} 项检查，没有异常</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>{time} of {budget} s</source>
        <translation>{time}，上限 {budget} s</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Not reached</source>
        <translation>未到达</translation>
    </message>
    <message>
        <source>{steps}. No password was sent</source>
        <translation>{steps}。没有发送密码</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>用时</translation>
    </message>
</context>
<context>
    <name>UrlBar</name>
    <message>
        <source>Guide me</source>
        <translation>带我一步步查</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>What is checked…</source>
        <translation>检查哪些内容…</translation>
    </message>
    <message>
        <source>Check one layer only</source>
        <translation>只检查一层</translation>
    </message>
    <message>
        <source>Another host of this broker</source>
        <translation>这个 Broker 的其他主机</translation>
    </message>
    <message>
        <source>Save as a profile…</source>
        <translation>存为配置…</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>Open a report…</source>
        <translation>打开报告…</translation>
    </message>
    <message>
        <source>Diagnose</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Diagnose again</source>
        <translation>重新诊断</translation>
    </message>
    <message>
        <source>The password can be written percent-encoded, as a URL wants it.</source>
        <translation>可以把密码写成 URL 要求的百分号编码。</translation>
    </message>
    <message>
        <source>Correct it</source>
        <translation>改正</translation>
    </message>
    <message>
        <source>Meant is probably {address}</source>
        <translation>想写的大概是 {address}</translation>
    </message>
</context>
<context>
    <name>VerdictCard</name>
    <message>
        <source>Copy answer</source>
        <translation>复制结论</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
</context>
</TS>
